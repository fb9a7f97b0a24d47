import { diskError } from '../durable/disk-errors.ts';
import { type FileSystem, nodeFileSystem } from '../file-system.ts';
import { monotonicMs } from '../monotonic.ts';
import { createDeathWatch, type DeadLock, type Look } from './death-watch.ts';
import { type HeldLock, heldLock } from './held-lock.ts';
import { loadLibrary } from './library.ts';
import { assertPlace, lockPaths } from './lock-directory.ts';
import { timedOut } from './lock-errors.ts';
import { writeWaiting } from './records.ts';
import { removeDeadLock } from './takeover.ts';
import { TIMINGS, type Timings } from './timings.ts';
import { tryOnce } from './try-once.ts';
import { takeTurn } from './turns.ts';

export type { HeldLock } from './held-lock.ts';

/** One mutual exclusion over all processes that use the state directory. */
export interface Lock {
  /**
   * Waits for the lock; callers within this process have it in the order in which they asked. Undefined as soon as it is
   * another's and `unless` says that there is no need to wait.
   * @throws LOCK_TIMEOUT when it was not had within `waitMs`, UNSAFE_PATH, NOT_WRITABLE, DISK_FULL, IO_ERROR
   */
  acquire(): Promise<HeldLock>;
  acquire(options: { unless: () => boolean }): Promise<HeldLock | undefined>;
}

export interface LockOptions {
  /** `.state/` of the workspace, absolute; made where it is not there. */
  stateDir: string;
  /** How long to wait for others, in ms. Default 30 s. */
  waitMs?: number;
  fs?: FileSystem;
  /** Told when this process has removed a dead lock. Whoever holds it next sees `takenOver`, which may be another process. */
  onTakeover?: (dead: Pick<DeadLock, 'why' | 'pid'>) => void;
  /** Only for tests: processes that go by different timings break the exclusion. */
  timings?: Timings;
}

/**
 * The workspace lock: an empty directory, made, renewed and removed by proper-lockfile. Taking over a dead lock is ours,
 * because the library's takeover removes whatever lies at the path, also a lock that another waiter took a moment ago,
 * and so do its release and its exit handler. How a takeover is decided stands in records.ts.
 */
export function createLock({ stateDir, waitMs = 30_000, fs = nodeFileSystem, onTakeover, timings = TIMINGS }: LockOptions): Lock {
  const paths = lockPaths(stateDir);
  /** Others had waited for long when this process last had the lock. */
  let contended = false;

  const acquire = async (start: number, endTurn: () => void, unless?: () => boolean): Promise<HeldLock | undefined> => {
    const tools = { fs, paths, timings, lock: await loadLibrary() };
    const look = createDeathWatch(fs, paths, timings);
    const pause = createPause(timings);
    // Who may get its work done by the holder need not look for the lock so often, which only slows the holder down.
    const patience = unless ? 2 : 1;
    let askedAt = start;
    if (contended) await sleep(Math.random() * timings.retryTo);
    for (let seen: Look = 'free'; ; seen = look()) {
      const isDead = typeof seen === 'object';
      if (typeof seen === 'object' && removeDeadLock(fs, paths, seen)) onTakeover?.({ why: seen.why, pid: seen.pid });
      const holding = seen === 'free' || isDead ? await tryOnce(tools) : undefined;
      if (holding) {
        contended = holding.contended;
        return heldLock({ ...holding, endTurn });
      }
      if (unless?.()) {
        endTurn();
        return undefined;
      }
      const now = monotonicMs();
      if (now - start >= waitMs) throw timedOut(fs, paths, waitMs);
      if (now - askedAt >= timings.askAfter) {
        writeWaiting(fs, paths);
        askedAt = now;
      }
      await sleep(pause(seen) * patience);
    }
  };

  async function acquireUnless({ unless }: { unless?: () => boolean } = {}): Promise<HeldLock | undefined> {
    const start = monotonicMs();
    const endTurn = await takeTurn(stateDir, waitMs);
    if (!endTurn) throw timedOut(fs, paths, waitMs);
    try {
      assertPlace(fs, paths);
      return await acquire(start, endTurn, unless);
    } catch (error) {
      endTurn();
      throw diskError(error, 'lock', stateDir);
    }
  }
  return { acquire: acquireUnless as Lock['acquire'] };
}

/** Waits, in ms: random, so that waiters do not keep meeting, and longer each time. */
function createPause({ retryFrom, retryTo, patientRetryTo }: Timings): (seen: Look) => number {
  let most = retryFrom;
  return (seen) => {
    most = Math.min(most * 2, seen === 'still' ? patientRetryTo : retryTo);
    return retryFrom + Math.random() * (most - retryFrom);
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
