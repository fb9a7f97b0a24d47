import { errnoOf } from '../../../errors.ts';
import { isPassingOnWindows } from '../durable/on-windows-again.ts';
import type { FileSystem } from '../file-system.ts';
import { monotonicMs } from '../monotonic.ts';
import { giveBack, type Holding } from './held-lock.ts';
import type { LockFunction } from './library.ts';
import { createLibraryFileSystem, type LibraryFileSystem } from './library-file-system.ts';
import type { DirectoryIdentity, LockPaths } from './lock-directory.ts';
import { dropRecord, isHalfDone, isSpent, isWaiting, recordNames, writeDeed, writeHalfDone } from './records.ts';
import type { Timings } from './timings.ts';

export interface LockTools {
  fs: FileSystem;
  paths: LockPaths;
  timings: Timings;
  /** proper-lockfile's. */
  lock: LockFunction;
}

export interface Made extends Omit<Holding, 'endTurn'> {
  /** Others have waited for long. */
  contended: boolean;
}

/** Makes the lock directory and its deed. Undefined where the lock is another's, or something came between. */
export async function tryOnce(tools: LockTools): Promise<Made | undefined> {
  const { fs, paths, timings } = tools;
  const start = monotonicMs();
  const calls = createLibraryFileSystem(fs, paths.lock);
  const state = { compromised: false };
  const unlock = await makeDirectory(tools, calls, () => {
    state.compromised = true;
  });
  const directory = calls.made();
  if (!unlock) return undefined;

  // Removed the moment after it was made: by hand, or by someone who stood still for long.
  if (!directory) {
    await unlock().catch(() => undefined);
    return undefined;
  }

  let deed: string;
  let names: string[];
  try {
    deed = ownDirectory(fs, paths, directory);
    names = recordNames(fs, paths);
  } catch (error) {
    await unlock().catch(() => undefined);
    throw error;
  }
  // Stopped between making the directory and signing for it, so long that others may soon take it for dead: what lies
  // there now may be another's. If it is ours, it is taken over in time.
  if (monotonicMs() - start > timings.unsignedDeadAfter / 2) {
    calls.disown();
    await giveBack({ fs, paths, calls, deed, unlock });
    return undefined;
  }
  const halfDone = names.filter(isHalfDone);
  for (const name of names) if (name !== deed && isSpent(name)) dropRecord(fs, paths.records, name);
  return { fs, paths, timings, calls, deed, halfDone, contended: names.some(isWaiting), isCompromised: () => state.compromised, unlock };
}

/** The library's own takeover never runs: no lock is ever this old, in ms. */
const NEVER = 2 ** 52;

async function makeDirectory(
  { fs, paths, timings, lock }: LockTools,
  calls: LibraryFileSystem,
  onCompromised: () => void,
): Promise<(() => Promise<void>) | undefined> {
  try {
    return await lock(paths.stateDir, {
      lockfilePath: paths.lock,
      realpath: false,
      retries: 0,
      stale: NEVER,
      update: timings.renewEvery,
      fs: calls.calls,
      onCompromised,
    });
  } catch (error) {
    if (errnoOf(error) === 'ELOCKED' || isPassingOnWindows(error)) return undefined;
    if (errnoOf(error) !== 'ENOENT') throw error;
    fs.mkdirSync(paths.stateDir, { recursive: true });
    return undefined;
  }
}

/** Where there are no records yet, the state directory is new or was deleted: nobody knows what was under way. */
function ownDirectory(fs: FileSystem, paths: LockPaths, directory: DirectoryIdentity): string {
  try {
    return writeDeed(fs, paths, directory);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    writeHalfDone(fs, paths);
    return writeDeed(fs, paths, directory);
  }
}
