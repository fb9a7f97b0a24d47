import path from 'node:path';
import { CommsError, errnoOf } from '../../../errors.ts';
import { freshName } from '../../../fresh-name.ts';
import type { FileSystem } from '../file-system.ts';
import { diskError, isWithoutLinks } from './disk-errors.ts';
import { onWindowsAgain } from './on-windows-again.ts';
import { readStamped } from './read-stamped.ts';
import { forgetReplaced, keepReplaced } from './replaced.ts';
import { isYoung, type Stamp, sameStamp, toStamp } from './stamp.ts';
import { makeDirectory, syncDirectory } from './sync-directory.ts';
import { writeTemp } from './write-temp.ts';

export interface Replacement {
  /** Absolute, links resolved. */
  path: string;
  bytes: readonly Buffer[];
  /** The file as it was read: it must still be that one. Undefined: there must be none. 'any': whatever is there. */
  expected: Stamp | undefined | 'any';
  /** What was read then, to compare where the stamp is too young to tell. Leave it out only where nobody else writes. */
  expectedBytes?: Buffer;
  /** The state directory, where the replaced inode is kept until somebody has looked whether it still grows. */
  keepReplacedIn?: string;
  /** Runs just before the rename; throws when the lock is lost. */
  beforeRename?: () => void;
  /** Default true. False for what can be derived again. */
  fsync?: boolean;
  /** The caller calls `syncReplaced` once for several files; until then the new name may not survive a power failure. */
  syncLater?: boolean;
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
 * read, rename, fsync of the directory. A reader sees the old bytes or the new ones; whatever fails leaves the old file,
 * but for an fsync of the directory that fails: the error's `details.replaced` then says that the new one is there.
 * Returns the new stamp. @throws ChangedMeanwhile, DISK_FULL, NOT_WRITABLE, IO_ERROR
 */
export function replaceFile(fs: FileSystem, replacement: Replacement): Stamp {
  const { path: file, bytes, expected, fsync = true, syncLater = false } = replacement;
  const temp = path.join(path.dirname(file), `.${path.basename(file)}.${process.pid}.${freshName()}.tmp`);
  let stamp: Stamp;
  try {
    makeDirectory(fs, path.dirname(file), fsync);
    stamp = writeTemp(fs, temp, { bytes, fsync, like: file });
    if (expected === undefined) putWhereNoneIs(fs, temp, replacement);
    else putInPlace(fs, temp, replacement, BigInt(stamp.mtimeNs));
  } catch (error) {
    remove(fs, temp);
    throw diskError(error, 'write', file);
  }
  if (fsync && !syncLater) syncReplaced(fs, file);
  return stamp;
}

function putInPlace(fs: FileSystem, temp: string, replacement: Replacement, nowNs: bigint): void {
  const { path: file, expected, keepReplacedIn, beforeRename } = replacement;
  if (expected === 'any' || expected === undefined) {
    beforeRename?.();
    moveOver(fs, temp, file);
    return;
  }
  assertSameBytes(fs, replacement, expected, nowNs);
  beforeRename?.();
  const kept = keepReplacedIn === undefined ? undefined : keepReplaced(fs, keepReplacedIn, file, expected.size);
  try {
    // Once more, as the last thing: what is saved between this look and the rename is lost, unless it grows the old inode.
    assertSameStamp(fs, file, expected);
    moveOver(fs, temp, file);
  } catch (error) {
    if (kept !== undefined) forgetReplaced(fs, kept);
    throw error;
  }
}

/** A link is made only where nothing is, which a rename cannot be told: somebody may have made the file a moment ago. */
function putWhereNoneIs(fs: FileSystem, temp: string, { path: file, beforeRename }: Replacement): void {
  beforeRename?.();
  try {
    fs.linkSync(temp, file);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw new ChangedMeanwhile(file);
    if (!isWithoutLinks(error)) throw error;
    assertSameStamp(fs, file, undefined);
    moveOver(fs, temp, file);
    return;
  }
  remove(fs, temp);
}

function assertSameBytes(fs: FileSystem, { path: file, expectedBytes }: Replacement, expected: Stamp, nowNs: bigint): void {
  assertSameStamp(fs, file, expected);
  if (expectedBytes === undefined || !isYoung(expected, nowNs)) return;
  if (!readStamped(fs, file)?.bytes.equals(expectedBytes)) throw new ChangedMeanwhile(file);
}

function assertSameStamp(fs: FileSystem, file: string, expected: Stamp | undefined): void {
  const stat = fs.lstatSync(file, { bigint: true, throwIfNoEntry: false });
  if (!sameStamp(expected, stat && toStamp(stat))) throw new ChangedMeanwhile(file);
}

function moveOver(fs: FileSystem, temp: string, file: string): void {
  try {
    onWindowsAgain(() => fs.renameSync(temp, file));
  } catch (error) {
    // Whoever has the lock now has swept our temporary file away.
    if (errnoOf(error) === 'ENOENT') throw new ChangedMeanwhile(file);
    throw error;
  }
}

/** Makes the name of a replaced file durable, and those of the others in its directory. @throws IO_ERROR with `details.replaced` */
export function syncReplaced(fs: FileSystem, file: string): void {
  try {
    syncDirectory(fs, path.dirname(file));
  } catch (error) {
    throw new CommsError('IO_ERROR', `${file} was written, but may not survive a power failure (${errnoOf(error) ?? error}).`, {
      hint: 'Look whether the message is there before you send it again.',
      details: { file, replaced: true },
      cause: error,
    });
  }
}

function remove(fs: FileSystem, temp: string): void {
  try {
    fs.unlinkSync(temp);
  } catch {
    // It was never made, or is renamed already; sweepTemps finds what is left.
  }
}
