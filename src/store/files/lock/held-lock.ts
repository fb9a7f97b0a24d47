import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import { monotonicMs } from '../monotonic.ts';
import type { LibraryFileSystem } from './library-file-system.ts';
import type { LockPaths } from './lock-directory.ts';
import { lost } from './lock-errors.ts';
import { dropRecord } from './records.ts';
import type { Timings } from './timings.ts';

export interface HeldLock {
  /**
   * Whether an earlier holder died or stood still in the middle of its work, or the state directory is new: put right
   * what may be half done before anything else.
   */
  readonly takenOver: boolean;
  /**
   * Call it just before each rename: a process that stood still may have lost the lock without noticing. It also renews
   * the lock where that is due, which long work without a turn of the event loop would not.
   * @throws LOCK_TIMEOUT when the lock is no longer ours
   */
  assertHeld(): void;
  /**
   * Gives the lock back, unless it is another's by now; never throws. `recovered: false` leaves it to the next holder to
   * put right what is half done.
   */
  release(outcome?: { recovered: boolean }): Promise<void>;
}

export interface Holding {
  fs: FileSystem;
  paths: LockPaths;
  timings: Timings;
  calls: LibraryFileSystem;
  /** The name of this lock's deed. */
  deed: string;
  /** The records that say that work was cut off, as found when the lock was made. */
  halfDone: string[];
  isCompromised(): boolean;
  unlock(): Promise<void>;
  /** Lets the next one in this process have its turn. */
  endTurn(): void;
}

export function heldLock(holding: Holding): HeldLock {
  const { fs, paths, timings, calls, deed, halfDone, isCompromised, endTurn } = holding;
  let released = false;
  const isHeld = () => {
    const unclaimed = fs.statSync(path.join(paths.records, deed), { throwIfNoEntry: false }) !== undefined;
    return !released && !isCompromised() && unclaimed && calls.isMine();
  };
  return {
    takenOver: halfDone.length > 0,
    assertHeld() {
      if (!isHeld()) throw lost(paths);
      if (monotonicMs() - calls.touchedAt() > timings.renewEvery) touchOr(() => lost(paths), calls);
    },
    async release({ recovered } = { recovered: true }) {
      if (released) return;
      try {
        if (recovered && halfDone.length > 0) dropAll(fs, paths, halfDone, isHeld);
        released = true;
        await giveBack(holding);
      } finally {
        endTurn();
      }
    },
  };
}

/** What stays makes the next holder look once more for work half done. */
function dropAll(fs: FileSystem, { records }: LockPaths, names: string[], isHeld: () => boolean): void {
  try {
    if (!isHeld()) return;
    for (const name of names) dropRecord(fs, records, name);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

function touchOr(lost: () => Error, calls: LibraryFileSystem): void {
  try {
    calls.touch();
  } catch (error) {
    throw errnoOf(error) === 'ENOENT' ? lost() : error;
  }
}

/** Removes the deed, then the directory: only whoever could remove the deed may, since a taker-over removes it first. */
export async function giveBack(holding: Pick<Holding, 'fs' | 'paths' | 'calls' | 'deed' | 'unlock'>): Promise<void> {
  const { fs, paths, calls, deed, unlock } = holding;
  try {
    if (!dropRecord(fs, paths.records, deed)) calls.disown();
  } catch {
    calls.disown();
  }
  // The library throws where it was compromised. What cannot be given back is taken over in time.
  await unlock().catch(() => undefined);
}
