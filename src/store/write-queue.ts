/** A verb that waits for its turn, with what its caller is told. */
interface Waiting<V> {
  verb: V;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

export type Outcome = { value: unknown } | { error: unknown };

/** At most this many verbs go into one write: one fsync for many sends, but nobody waits for ever. */
const LARGEST_BATCH = 256;

/**
 * Lets verbs that arrive while a write is under way share the next one. `runBatch` runs them in order as one atomic
 * write and says what became of each; when it throws, all of them failed.
 */
export function createWriteQueue<V>(runBatch: (verbs: V[]) => Promise<Outcome[]>): { add<T>(verb: V): Promise<T>; idle(): Promise<void> } {
  const waiting: Waiting<V>[] = [];
  let running: Promise<void> | undefined;

  const drain = async () => {
    // Verbs that are called in the same turn of the event loop belong into the same batch.
    await Promise.resolve();
    while (waiting.length > 0) {
      const batch = waiting.splice(0, LARGEST_BATCH);
      try {
        const outcomes = await runBatch(batch.map(({ verb }) => verb));
        batch.forEach(({ resolve, reject }, n) => {
          const outcome = outcomes[n] ?? { error: new Error('The batch ended early.') };
          if ('error' in outcome) reject(outcome.error);
          else resolve(outcome.value as never);
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    running = undefined;
  };
  return {
    add: <T>(verb: V) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ verb, resolve: resolve as (value: never) => void, reject });
        running ??= drain();
      }),
    idle: async () => running,
  };
}
