import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import { freshName } from '../../../fresh-name.ts';
import { readRegularText } from '../../../read-file.ts';
import type { FileSystem } from '../file-system.ts';
import type { DirectoryIdentity, LockPaths, Seen } from './lock-directory.ts';
import { ownIdentity, type ProcessIdentity } from './process-identity.ts';

/**
 * Beside the lock directory lie small files. But for one kind each has a name that no other process ever uses:
 *
 * - `owner-TOKEN` is the deed of a lock: who made that directory. A holder takes its deed away before the directory, and
 *   so does a taker-over. Whoever's unlink of the deed succeeds, and nobody else, may remove the directory: the kernel
 *   decides, and it decides once. A record at one fixed path could not do that, because an inode number is given again
 *   at once, and a slow waiter would read, or remove, the record of the next lock for that of the dead one.
 * - `adopted-TOKEN` is the ticket of a taker-over: it says who is about to remove a dead lock, and stands until the directory
 *   is gone. It is a deed, too: a taker-over that dies leaves a lock with a dead owner, which the next waiter takes over as any
 *   other, and one that stands still is waited for as any holder is. For a lock without a deed, whose maker died before it wrote
 *   one or after it took it away, it is called `adopted-INO-MTIME`: made with O_EXCL, it decides what the unlink of a deed does else.
 * - `half-done-TOKEN` is laid down before a dead lock is removed, and stays until a holder has put right what was cut
 *   off. The taker-over may die, or be overtaken at the free lock by somebody who has seen nothing dead.
 * - `waiting-TOKEN` is laid down by who has waited for long. The next holder takes it away, and then lets others go first.
 */
export interface Deed extends ProcessIdentity {
  directory: DirectoryIdentity;
}

export interface FoundDeed {
  name: string;
  /** Undefined where it cannot be read: its writer was killed over it, or is still writing. */
  deed: Deed | undefined;
}

const OWNER = 'owner-';
const ADOPTED = 'adopted-';
const HALF_DONE = 'half-done-';
const WAITING = 'waiting-';

/** Writes the deed of a lock directory that this process has just made. Returns its name. */
export function writeDeed(fs: FileSystem, { records }: LockPaths, { ino, birthNs }: DirectoryIdentity): string {
  const name = OWNER + token();
  const deed: Deed = { ...ownIdentity(), directory: { ino, birthNs } };
  try {
    fs.writeFileSync(path.join(records, name), JSON.stringify(deed), { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') dropRecord(fs, records, name);
    throw error;
  }
  return name;
}

/**
 * Lays down the ticket of a process that is about to remove a dead lock. Returns its name; undefined where the lock has no deed
 * and another process was faster.
 */
export function writeTicket(
  fs: FileSystem,
  { records }: LockPaths,
  { ino, birthNs, mtimeNs }: Seen,
  isSigned: boolean,
): string | undefined {
  const name = ADOPTED + (isSigned ? token() : `${ino}-${mtimeNs}`);
  const deed: Deed = { ...ownIdentity(), directory: { ino, birthNs } };
  try {
    fs.mkdirSync(records, { recursive: true });
    fs.writeFileSync(path.join(records, name), JSON.stringify(deed), { flag: 'wx' });
    return name;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return undefined;
    throw error;
  }
}

/** Says that an operation was cut off. Returns the record's name. */
export function writeHalfDone(fs: FileSystem, { records }: LockPaths): string {
  const name = HALF_DONE + token();
  fs.mkdirSync(records, { recursive: true });
  fs.writeFileSync(path.join(records, name), '', { flag: 'wx' });
  return name;
}

/** Says that somebody has waited for long. Only a courtesy: where it cannot be said, the wait goes on. */
export function writeWaiting(fs: FileSystem, { records }: LockPaths): void {
  try {
    fs.writeFileSync(path.join(records, WAITING + token()), '', { flag: 'wx' });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

export function isWaiting(name: string): boolean {
  return name.startsWith(WAITING);
}

export function recordNames(fs: FileSystem, { records }: LockPaths): string[] {
  try {
    return fs.readdirSync(records).sort();
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Whether it is of a lock that is gone, or has been heard. What somebody else has put there is left alone. */
export function isSpent(name: string): boolean {
  return [OWNER, ADOPTED, WAITING].some((kind) => name.startsWith(kind));
}

export function isHalfDone(name: string): boolean {
  return name.startsWith(HALF_DONE);
}

export function readDeeds(fs: FileSystem, paths: LockPaths): FoundDeed[] {
  return recordNames(fs, paths)
    .filter((name) => name.startsWith(OWNER) || name.startsWith(ADOPTED))
    .map((name) => ({ name, deed: readDeed(fs, path.join(paths.records, name)) }));
}

function readDeed(fs: FileSystem, file: string): Deed | undefined {
  try {
    return JSON.parse(readRegularText(file, fs)) as Deed;
  } catch (error) {
    if (errnoOf(error) === undefined || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Takes a record away. Returns whether it was this call that did. */
export function dropRecord(fs: FileSystem, records: string, name: string): boolean {
  try {
    fs.unlinkSync(path.join(records, name));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

function token(): string {
  return freshName();
}
