import { errnoOf } from '../../errors.ts';

/** The longest wait before another look, in ms, but for the half of it that chance adds or takes away. */
const LONGEST_MS = 64;
/** What each write that met nobody makes of the next wait: some thirty of them halve it. */
const FADES = 0.98;
/** The longest wait of a reader before another look, in ms. */
const LONGEST_OF_READERS_MS = 16;

export interface Patience {
  /** How long in all, in ms. */
  timeoutMs: number;
}

/**
 * Does something once no other process holds the lock that it needs, and leaves the event loop free meanwhile. The waits of one
 * connection are remembered: they grow with each time that it met somebody, and fade with each that it did not. Where
 * twenty processes write all the time each then has its turn for some ms, and sleeps for longer. With short waits nearly every message
 * has one of its own, and whoever wakes up finds the processor's caches full of what is another's: a send costs three times the time then.
 */
export function createPatience(
  { timeoutMs }: Patience,
  { sleep = sleepFor, random = Math.random }: { sleep?: (ms: number) => Promise<void>; random?: () => number } = {},
): { onceFree<T>(run: () => T): Promise<T> } {
  let waitMs = 1;
  return {
    async onceFree(run) {
      const start = Date.now();
      for (let tries = 1; ; tries++) {
        try {
          const done = run();
          if (tries === 1) waitMs = Math.max(1, waitMs * FADES);
          return done;
        } catch (error) {
          if (!isBusy(error) || Date.now() - start >= timeoutMs) throw error;
        }
        // Random, so that waiters do not keep meeting.
        const now = waitMs * (0.5 + random());
        waitMs = Math.min(LONGEST_MS, waitMs * 2);
        await sleep(now);
      }
    },
  };
}

/** The same for a reader, which waits only for the moments in which somebody opens or closes the database. */
export function onceFreeNow<T>(run: () => T, { timeoutMs }: Patience): T {
  const start = Date.now();
  for (let tries = 1; ; tries++) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || Date.now() - start >= timeoutMs) throw error;
    }
    const waitMs = 1 + Math.random() * Math.min(LONGEST_OF_READERS_MS, 2 ** tries);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
  }
}

function sleepFor(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_BUSY/.test(errnoOf(error) ?? '');
}
