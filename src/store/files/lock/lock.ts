import { randomUUID } from 'node:crypto';
import nodeFs, { mkdirSync } from 'node:fs';
import path from 'node:path';
import lockfile from 'proper-lockfile';
import { CommsError, errnoOf } from '../../../errors.ts';
import { diskError } from '../durable/disk-errors.ts';
import { type LockIdentity, lockIdentity, readOwner, removeOwner, sameLock, writeOwner } from './owner.ts';
import { ownIdentity } from './process-identity.ts';
import { createDeathWatch, removeDeadLock } from './takeover.ts';
import { TIMINGS, type Timings } from './timings.ts';

/** One mutual exclusion over all processes that use the directory. */
export interface Lock {
  /** Waits for the lock. @throws LOCK_TIMEOUT after `waitMs`, NOT_WRITABLE, DISK_FULL */
  acquire(): Promise<HeldLock>;
}

export interface HeldLock {
  /** Whether its last holder died or stalled: what it was doing may be half done. */
  readonly takenOver: boolean;
  /** Call it just before each rename: a process that was stopped for long may have lost the lock without noticing. @throws LOCK_TIMEOUT */
  assertHeld(): void;
  /** Gives the lock back, unless it is another's by now. */
  release(): Promise<void>;
}

export interface LockOptions {
  /** `.state/` of the workspace, absolute; made where it is not there. */
  stateDir: string;
  /** How long to wait for others, in ms. */
  waitMs?: number;
  /** Only for tests: every process must go by the same. */
  timings?: Timings;
}

/**
 * The library makes and renews the lock; taking over a dead one is ours, because the library's takeover removes whatever
 * lies at the path, also a lock that another waiter took a moment ago, and its release does the same.
 */
export function createLock({ stateDir, waitMs = 30_000, timings = TIMINGS }: LockOptions): Lock {
  const paths = { lock: path.join(stateDir, 'lock'), owner: path.join(stateDir, 'lock-owner.json') };
  let last: Promise<unknown> = Promise.resolve();

  const acquire = async (): Promise<HeldLock> => {
    const start = performance.now();
    const isDead = createDeathWatch(timings, () => performance.now());
    let takenOver = false;
    for (;;) {
      const held = await tryOnce(stateDir, paths, timings);
      if (held) return { ...held, takenOver };
      const seen = lockIdentity(paths.lock);
      if (seen && isDead(seen, readOwner(paths.owner))) {
        takenOver = removeDeadLock(paths, seen, timings) || takenOver;
        continue;
      }
      const waited = performance.now() - start;
      if (waited > waitMs) throw timedOut(paths, waitMs);
      await sleep(pause(waited, timings));
    }
  };
  return {
    async acquire() {
      // One at a time within this process: the library keeps its locks by path.
      const before = last;
      let released = () => {};
      last = new Promise<void>((resolve) => {
        released = resolve;
      });
      await before;
      try {
        const held = await acquire();
        return {
          ...held,
          release: () => held.release().finally(released),
        };
      } catch (error) {
        released();
        throw error;
      }
    },
  };
}

interface Paths {
  lock: string;
  owner: string;
}

async function tryOnce(stateDir: string, paths: Paths, { renewEvery }: Timings): Promise<Omit<HeldLock, 'takenOver'> | undefined> {
  const token = randomUUID();
  const state = { compromised: false, mine: undefined as LockIdentity | undefined };
  const isOurs = () => !state.compromised && readOwner(paths.owner)?.token === token && sameLock(state.mine, lockIdentity(paths.lock));
  let unlock: () => Promise<void>;
  try {
    unlock = await lockfile.lock(stateDir, {
      lockfilePath: paths.lock,
      realpath: false,
      retries: 0,
      stale: NEVER_MS,
      update: renewEvery,
      fs: guardedFileSystem(paths, isOurs),
      onCompromised: () => {
        state.compromised = true;
      },
    });
  } catch (error) {
    if (errnoOf(error) === 'ELOCKED') return undefined;
    if (errnoOf(error) !== 'ENOENT') throw diskError(error, 'lock', stateDir);
    makeStateDir(stateDir);
    return undefined;
  }
  state.mine = lockIdentity(paths.lock);
  const written = state.mine !== undefined && writeOwner(paths.owner, { ...ownIdentity(), token, lock: state.mine });
  if (!written || !isOurs()) {
    // Stalled between making the lock and saying whose it is; whoever took it over has it.
    await unlock().catch(() => undefined);
    return undefined;
  }
  return {
    assertHeld() {
      if (!isOurs()) throw lost(paths);
    },
    // What cannot be given back is no longer ours.
    release: () => unlock().catch(() => undefined),
  };
}

/** The library's own takeover never runs: no lock is ever this old. */
const NEVER_MS = 2 ** 52;

/** The library removes whatever lies at the path, at release and at exit; this lets it remove only what is ours. */
function guardedFileSystem(paths: Paths, isOurs: () => boolean): typeof nodeFs {
  const giveBack = () => {
    if (!isOurs()) return;
    removeOwner(paths.owner);
    nodeFs.rmdirSync(paths.lock);
  };
  return {
    ...nodeFs,
    rmdirSync: giveBack,
    rmdir: ((_dir: string, done: (error: Error | null) => void) => {
      try {
        giveBack();
        done(null);
      } catch (error) {
        done(error as Error);
      }
    }) as typeof nodeFs.rmdir,
  };
}

function makeStateDir(stateDir: string): void {
  try {
    mkdirSync(stateDir, { recursive: true });
  } catch (error) {
    throw diskError(error, 'make', stateDir);
  }
}

/** The wait before the next try, in ms. Random, so that waiters do not keep meeting. */
function pause(waited: number, { retryFrom, retryTo, patientAfter, patientRetryTo }: Timings): number {
  const most = waited > patientAfter ? patientRetryTo : retryTo;
  return retryFrom + Math.random() * (most - retryFrom);
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function timedOut(paths: Paths, waitMs: number): CommsError {
  const owner = readOwner(paths.owner);
  return new CommsError('LOCK_TIMEOUT', `The workspace has been locked for ${waitMs / 1000} s${owner ? ` by process ${owner.pid}` : ''}.`, {
    hint: 'Try again; if nothing else is running, "comms doctor" says what holds it.',
    details: { lock: paths.lock, ...(owner ? { pid: owner.pid } : {}) },
  });
}

function lost(paths: Paths): CommsError {
  return new CommsError('LOCK_TIMEOUT', 'This process was stopped for so long that another took the lock; nothing was written.', {
    hint: 'Run the command again.',
    details: { lock: paths.lock },
  });
}
