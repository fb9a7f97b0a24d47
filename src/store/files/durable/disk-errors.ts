import { CommsError, errnoOf } from '../../../errors.ts';

/** What a failed system call means to a caller. `doing` is a verb phrase such as "write". Other errors come back as they are. */
export function diskError(error: unknown, doing: string, file: string): unknown {
  if (error instanceof CommsError) return error;
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const extras = { cause: error, details: { file, errno } };
  if (errno === 'ENOSPC' || errno === 'EDQUOT') return diskFull(file, extras);
  if (errno === 'EACCES' || errno === 'EPERM' || errno === 'EROFS') {
    return new CommsError('NOT_WRITABLE', `Cannot ${doing} ${file}: permission denied (${errno}).`, {
      hint: 'Check who owns the workspace and whether it is read-only; --workspace DIR names another one.',
      ...extras,
    });
  }
  if (errno === 'EMFILE' || errno === 'ENFILE') {
    return new CommsError('IO_ERROR', `Cannot ${doing} ${file}: too many open files (${errno}).`, {
      hint: 'Raise the limit with "ulimit -n".',
      ...extras,
    });
  }
  return new CommsError('IO_ERROR', `Cannot ${doing} ${file}: ${errno}.`, {
    hint: 'Nothing was changed; try again once the disk is well.',
    ...extras,
  });
}

export function diskFull(file: string, extras: { cause?: unknown; details?: Record<string, unknown> } = {}): CommsError {
  return new CommsError('DISK_FULL', `The disk is full: ${file} was not written.`, {
    hint: 'Nothing was changed. Free some space and run the command again.',
    ...extras,
  });
}

/** A file system without hard links, or between two of them. */
export function isWithoutLinks(error: unknown): boolean {
  return ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EXDEV', 'EMLINK', 'EINVAL'].includes(errnoOf(error) ?? '');
}
