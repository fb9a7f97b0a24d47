import { CommsError, type ErrorCode, errnoOf } from '../errors.ts';

/** Makes a CommsError of whatever was thrown, so that there is one way to print it and a code for it. */
export function failureOf(error: unknown): CommsError {
  if (error instanceof CommsError) return error;
  const errno = errnoOf(error);
  if (errno !== undefined && error instanceof Error && 'syscall' in error) return systemFailure(errno, error);
  const message = error instanceof Error ? error.message : String(error);
  return new CommsError('INTERNAL', `Something went wrong inside comms: ${message}`, {
    hint: 'This is a bug. COMMS_DEBUG=1 prints where it happened.',
    cause: error,
  });
}

const BY_ERRNO: Record<string, { code: ErrorCode; hint: string }> = {
  ENOSPC: { code: 'DISK_FULL', hint: 'Free some space and try again; what was there before is unchanged.' },
  EDQUOT: { code: 'DISK_FULL', hint: 'Free some of your quota and try again; what was there before is unchanged.' },
  EACCES: { code: 'NOT_WRITABLE', hint: 'Check the permissions, or name another workspace with --workspace DIR.' },
  EPERM: { code: 'NOT_WRITABLE', hint: 'Check the permissions, or name another workspace with --workspace DIR.' },
  EROFS: { code: 'NOT_WRITABLE', hint: 'The file system is read-only; name another workspace with --workspace DIR.' },
};

function systemFailure(errno: string, error: Error): CommsError {
  const { code, hint } = BY_ERRNO[errno] ?? { code: 'IO_ERROR' as const, hint: 'COMMS_DEBUG=1 prints where it happened.' };
  const path = 'path' in error && typeof error.path === 'string' ? error.path : undefined;
  return new CommsError(code, `The system refused: ${error.message}`, { hint, details: { errno, path }, cause: error });
}
