import type { FileSystem } from '../file-system.ts';
import { diskFull } from './disk-errors.ts';
import { type Stamp, stampOfDescriptor } from './stamp.ts';

/** Writes a new file, with the permissions of the file `like` where that exists. Returns its stamp. */
export function writeTemp(
  fs: FileSystem,
  temp: string,
  { bytes, fsync, like }: { bytes: readonly Buffer[]; fsync: boolean; like: string },
): Stamp {
  const mode = fs.statSync(like, { throwIfNoEntry: false })?.mode;
  const fd = fs.openSync(temp, 'wx', 0o666);
  try {
    // By a call of its own, because openSync lets the umask take bits away.
    if (mode !== undefined) fs.fchmodSync(fd, mode & 0o777);
    for (const part of bytes) writeFully(fs, fd, part, like);
    if (fsync) fs.fsyncSync(fd);
    return stampOfDescriptor(fs, fd);
  } finally {
    fs.closeSync(fd);
  }
}

/** A full disk may show as a short count without an error; the next write then says ENOSPC, or nothing at all. */
function writeFully(fs: FileSystem, fd: number, bytes: Buffer, file: string): void {
  for (let done = 0; done < bytes.length; ) {
    const count = fs.writeSync(fd, bytes, done, bytes.length - done);
    if (count === 0) throw diskFull(file);
    done += count;
  }
}
