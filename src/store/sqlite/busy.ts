import { errnoOf } from '../../errors.ts';

/**
 * SQLite waits so long by itself, in ms, and blocks the event loop meanwhile: it looks again without a statement that fails,
 * which costs more than a send. With 20 processes that write all the time a third more gets through.
 */
export const AT_A_STRETCH_MS = 50;

/** The longest wait before another look, in ms. SQLite's own go up to 100, and block the event loop. */
const LONGEST_MS = 16;

export interface Patience {
  /** How long in all, in ms. */
  timeoutMs: number;
}

/** Does something once no other process holds the lock that it needs, and leaves the event loop free meanwhile. */
export async function onceFree<T>(run: () => T, { timeoutMs }: Patience): Promise<T> {
  const start = Date.now();
  for (let tries = 1; ; tries++) {
    try {
      return run();
    } catch (error) {
      if (!isBusy(error) || Date.now() - start >= timeoutMs) throw error;
    }
    const waitMs = waitAfter(tries);
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
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
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitAfter(tries));
  }
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_BUSY/.test(errnoOf(error) ?? '');
}

/** Longer each time, since who waits takes time from who works; random, so that waiters do not keep meeting. */
function waitAfter(tries: number): number {
  return 1 + Math.random() * Math.min(LONGEST_MS, 2 ** tries);
}
