import type { Parent } from './agent.ts';
import type { Told } from './records.ts';

/** The parent of this process, over the channel that it opened. `told` resolves when it has everything that it was told. */
export function parentOfProcess(): Parent & { told: () => Promise<void> } {
  let last: Promise<void> = Promise.resolve();
  const heard = new Set<unknown>();
  const wake = new Set<() => void>();
  const hear = (word: unknown) => {
    heard.add(word);
    for (const look of wake) look();
  };
  process.on('message', hear);
  process.on('disconnect', () => hear('stop'));
  return {
    tell(told: Told) {
      // The channel keeps the order, so the last one stands for all.
      last = new Promise((resolve) => {
        if (process.connected) process.send?.(told, () => resolve());
        else resolve();
      });
    },
    hears: (word) =>
      new Promise((resolve) => {
        const look = () => {
          if (!heard.has(word)) return;
          wake.delete(look);
          resolve();
        };
        wake.add(look);
        look();
      }),
    told: () => last,
  };
}
