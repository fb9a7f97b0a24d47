import { LONGEST_TIMER_MS } from './timers.ts';

/** Something to wait for that may ring before anybody waits, and that several things may set off. */
export interface Alarm {
  ring(): void;
  /** Rings in so many ms, after calling `before`. What lies further off than timers go (24 days) rings then, without it. Returns how to forget it. */
  ringIn(ms: number, before?: () => void): () => void;
  /** Makes `next` reject from now on. */
  fail(error: unknown): void;
  /** Resolves once it has rung since the last call. */
  next(): Promise<void>;
  /** Forgets what was to ring. */
  stop(): void;
}

export function createAlarm(): Alarm {
  const timers = new Set<NodeJS.Timeout>();
  let rung = false;
  let failure: { error: unknown } | undefined;
  let wake = () => {};
  const ring = () => {
    rung = true;
    wake();
  };
  return {
    ring,
    ringIn(ms, before) {
      const timer = setTimeout(
        () => {
          timers.delete(timer);
          if (ms <= LONGEST_TIMER_MS) before?.();
          ring();
        },
        Math.min(Math.max(0, ms), LONGEST_TIMER_MS),
      );
      timers.add(timer);
      return () => {
        clearTimeout(timer);
        timers.delete(timer);
      };
    },
    fail(error) {
      failure ??= { error };
      wake();
    },
    async next() {
      while (!rung && !failure) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure) throw failure.error;
      rung = false;
    },
    stop() {
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}
