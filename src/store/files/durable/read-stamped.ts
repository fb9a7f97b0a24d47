import { constants } from 'node:fs';
import { CommsError, errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import { diskError } from './disk-errors.ts';
import { type Stamp, sameStamp, stampOfDescriptor } from './stamp.ts';

/** How often a file that changes while it is read is read again. */
const MOST_READS = 20;

/**
 * Reads a file whole, with a stamp that fits the bytes; undefined where there is none.
 * @throws INVALID_WORKSPACE where it is no regular file, NOT_WRITABLE or IO_ERROR where it cannot be read.
 */
export function readStamped(fs: FileSystem, file: string): { bytes: Buffer; stamp: Stamp } | undefined {
  for (let reads = 1; ; reads++) {
    let fd: number;
    try {
      fd = fs.openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw diskError(error, 'read', file);
    }
    try {
      if (!fs.fstatSync(fd).isFile()) throw notAFile(file);
      const before = stampOfDescriptor(fs, fd);
      const bytes = fs.readFileSync(fd);
      // Somebody's `cat >>` may come between: what was read must be what the stamp says.
      if (sameStamp(before, stampOfDescriptor(fs, fd)) && bytes.length === before.size) return { bytes, stamp: before };
      if (reads >= MOST_READS)
        throw new CommsError('IO_ERROR', `The file keeps changing while it is read: ${file}`, { hint: 'Try again.' });
    } catch (error) {
      throw diskError(error, 'read', file);
    } finally {
      fs.closeSync(fd);
    }
  }
}

function notAFile(file: string): CommsError {
  return new CommsError('INVALID_WORKSPACE', `Not a regular file: ${file}`, {
    hint: 'Move it away; "comms doctor --fix" makes a new one.',
  });
}
