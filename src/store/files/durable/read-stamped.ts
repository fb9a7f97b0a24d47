import { constants } from 'node:fs';
import { CommsError, errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import { diskError } from './disk-errors.ts';
import { type Stamp, sameStamp, toStamp } from './stamp.ts';

/** How often a file that changes while it is read is read again. */
const MOST_READS = 20;

/** Links are refused, since resolveInside has followed them; a named pipe does not make us wait. Windows has neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

export interface Stamped {
  bytes: Buffer;
  stamp: Stamp;
}

/**
 * Reads a file whole, with a stamp that fits the bytes; undefined where there is none. The path has its links resolved.
 * @throws UNSAFE_PATH for a link, INVALID_WORKSPACE where it is no regular file, NOT_WRITABLE or IO_ERROR where it cannot be read.
 */
export function readStamped(fs: FileSystem, file: string): Stamped | undefined {
  for (let reads = 0; reads < MOST_READS; reads++) {
    const fd = open(fs, file);
    if (fd === undefined) return undefined;
    try {
      const stamped = readOnce(fs, fd, file);
      if (stamped) return stamped;
    } catch (error) {
      throw diskError(error, 'read', file);
    } finally {
      fs.closeSync(fd);
    }
  }
  throw new CommsError('IO_ERROR', `The file keeps changing while it is read: ${file}`, { hint: 'Try again.' });
}

function open(fs: FileSystem, file: string): number | undefined {
  try {
    return fs.openSync(file, FLAGS);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return undefined;
    if (errno === 'ELOOP') {
      throw new CommsError('UNSAFE_PATH', `${file} became a symbolic link just now.`, { hint: 'Remove the link.', cause: error });
    }
    // ENXIO: a socket. EISDIR: Windows does not open directories.
    throw errno === 'ENXIO' || errno === 'EISDIR' ? notAFile(file) : diskError(error, 'read', file);
  }
}

/** Undefined where somebody wrote in between: what was read must be what the stamp says. */
function readOnce(fs: FileSystem, fd: number, file: string): Stamped | undefined {
  const stat = fs.fstatSync(fd, { bigint: true });
  if (!stat.isFile()) throw notAFile(file);
  const stamp = toStamp(stat);
  const bytes = fs.readFileSync(fd);
  const isWhole = bytes.length === stamp.size && sameStamp(stamp, toStamp(fs.fstatSync(fd, { bigint: true })));
  return isWhole ? { bytes, stamp } : undefined;
}

function notAFile(file: string): CommsError {
  return new CommsError('INVALID_WORKSPACE', `Not a regular file: ${file}`, {
    hint: 'Move it away; "comms doctor --fix" makes a new one.',
    details: { file },
  });
}
