import type { Seen } from '../changes.ts';
import { monotonicMs } from './monotonic.ts';

/**
 * How long a message has to be gone before that is believed. Who saves in place empties the file first, and a busy machine
 * may stop them there: taken at its word, everything in the file would go, and arrive once more. In ms.
 */
const DOUBT_MS = 1_000;

/** Which messages a watcher misses, and since when. */
export interface Doubt {
  /** What is there now, and what was there before and is not gone for long enough to be believed. */
  giving(before: Seen, now: Seen): Seen;
  /** In how many ms the next one is to be believed; undefined where none is missed. */
  nextMs(): number | undefined;
}

export function createDoubt(clock: () => number = monotonicMs): Doubt {
  let missedSince = new Map<string, number>();
  return {
    giving(before, now) {
      const at = clock();
      const missed = [...before].filter(([key]) => !now.has(key));
      const since = new Map(missed.map(([key]) => [key, missedSince.get(key) ?? at]));
      const doubted = missed.filter(([key]) => at - (since.get(key) ?? at) < DOUBT_MS);
      missedSince = new Map(doubted.map(([key]) => [key, since.get(key) ?? at]));
      return doubted.length === 0 ? now : new Map([...now, ...doubted]);
    },
    nextMs() {
      if (missedSince.size === 0) return undefined;
      const first = [...missedSince.values()].reduce((a, b) => Math.min(a, b));
      return Math.max(0, first + DOUBT_MS - clock());
    },
  };
}
