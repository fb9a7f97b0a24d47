import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import { diskError, diskFull } from './disk-errors.ts';
import { readStamped } from './read-stamped.ts';
import { keepReplaced } from './replaced.ts';
import { isYoung, type Stamp, sameStamp, stampOfDescriptor } from './stamp.ts';

export interface Replacement {
  /** Absolute, links resolved. */
  path: string;
  bytes: readonly Buffer[];
  /** The file as it was read: it must still be that one. Undefined: there must be none. 'any': whatever is there. */
  expected: Stamp | undefined | 'any';
  /** What was read then, to compare where the stamp is too young to tell. */
  expectedBytes?: Buffer;
  /** The state directory, where the replaced inode is kept until somebody has looked whether it still grows. */
  keepReplacedIn?: string;
  /** Runs just before the rename; throws when the lock is lost. */
  beforeRename?: () => void;
  /** Default true. False for what can be derived again. */
  fsync?: boolean;
}

/** The file is no longer the one that was read: nothing was done, and the caller starts again. */
export class ChangedMeanwhile extends Error {
  constructor(file: string) {
    super(`The file was changed meanwhile: ${file}`);
    this.name = 'ChangedMeanwhile';
  }
}

export function isChangedMeanwhile(error: unknown): boolean {
  return error instanceof ChangedMeanwhile;
}

/**
 * Replaces a file as a whole: a temporary file beside it, fsync, a look whether the old one is still the one that was
 * read, rename, fsync of the directory. A reader sees the old bytes or the new ones; whatever fails leaves the old file.
 * Returns the new stamp. @throws ChangedMeanwhile, DISK_FULL, NOT_WRITABLE, IO_ERROR
 */
export function replaceFile(fs: FileSystem, replacement: Replacement): Stamp {
  const { path: file, expected, beforeRename, fsync = true } = replacement;
  const temp = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const stamp = writeTemp(fs, temp, replacement, fsync);
    if (expected !== 'any') assertSame(fs, replacement, BigInt(stamp.mtimeNs));
    beforeRename?.();
    if (replacement.keepReplacedIn !== undefined && expected !== undefined && expected !== 'any') {
      keepReplaced(fs, replacement.keepReplacedIn, file, expected.size);
    }
    rename(fs, temp, file);
    if (fsync) syncDirectory(fs, path.dirname(file));
    return stamp;
  } catch (error) {
    remove(fs, temp);
    throw diskError(error, 'write', file);
  }
}

function writeTemp(fs: FileSystem, temp: string, { path: file, bytes }: Replacement, fsync: boolean): Stamp {
  const mode = fs.statSync(file, { throwIfNoEntry: false })?.mode;
  const fd = fs.openSync(temp, 'wx', mode === undefined ? 0o666 : mode & 0o777);
  try {
    for (const part of bytes) writeFully(fs, fd, part, file);
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

function assertSame(fs: FileSystem, { path: file, expected, expectedBytes }: Replacement, nowNs: bigint): void {
  const stat = fs.statSync(file, { bigint: true, throwIfNoEntry: false });
  const now = stat && { ino: String(stat.ino), size: Number(stat.size), mtimeNs: String(stat.mtimeNs) };
  if (expected === 'any') return;
  if (!sameStamp(expected, now)) throw new ChangedMeanwhile(file);
  if (now && expectedBytes && isYoung(now, nowNs) && !readStamped(fs, file)?.bytes.equals(expectedBytes)) throw new ChangedMeanwhile(file);
}

/** Windows refuses to replace a file that a scanner or an editor has open for a moment. */
const RENAME_TRIES = process.platform === 'win32' ? 10 : 1;

function rename(fs: FileSystem, from: string, to: string): void {
  for (let tries = 1; ; tries++) {
    try {
      fs.renameSync(from, to);
      return;
    } catch (error) {
      const passing = ['EPERM', 'EACCES', 'EBUSY'].includes(errnoOf(error) ?? '');
      if (!passing || tries >= RENAME_TRIES) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10 * tries);
    }
  }
}

/** Makes the rename itself durable. Windows has no such call. */
function syncDirectory(fs: FileSystem, dir: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function remove(fs: FileSystem, temp: string): void {
  try {
    fs.unlinkSync(temp);
  } catch {
    // It was never made, or is renamed already; sweepTemps finds what is left.
  }
}
