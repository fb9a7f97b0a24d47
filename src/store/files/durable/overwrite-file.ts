import { constants } from 'node:fs';
import type { FileSystem } from '../file-system.ts';

/** A link would lead the bytes elsewhere. Windows has no such flag. */
const FLAGS = constants.O_RDWR | (constants.O_NOFOLLOW ?? 0);

/**
 * Puts other bytes into a file where it stands, padded with spaces to its length: no new inode, which a file system writes
 * out before it takes an old one's name. Whoever reads meanwhile, or after a crash, may find a mixture, so it is only for
 * what is told from one and can be derived again. Returns whether it could; where not, the file is as it was or a mixture.
 */
export function overwriteFile(fs: FileSystem, file: string, bytes: Buffer): boolean {
  let fd: number;
  try {
    fd = fs.openSync(file, FLAGS);
  } catch {
    return false;
  }
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile() || stat.nlink !== 1) return false;
    const padded = bytes.length < stat.size ? Buffer.concat([bytes, Buffer.alloc(stat.size - bytes.length, ' ')]) : bytes;
    return fs.writeSync(fd, padded, 0, padded.length, 0) === padded.length;
  } catch {
    return false;
  } finally {
    fs.closeSync(fd);
  }
}
