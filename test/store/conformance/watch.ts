import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import type { StoreEvent } from '../../../src/store/store.ts';
import type { Suite } from './suite.ts';

export function watchCases(suite: Suite): void {
  const { deliver } = suite;

  describe('watch', () => {
    test('first what waits, then ready, then each arrival and change', async () => {
      await deliver();
      const events: StoreEvent[] = [];
      const stop = new AbortController();
      const seen = (count: number) => expect.poll(() => events.length, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(count);
      const done = suite.other.watch({ signal: stop.signal, onEvent: (event) => events.push(event) });
      await seen(2);
      const { id } = await deliver({ subject: 'New' });
      await seen(3);
      await suite.store.claim({ agent: 'gpt', id });
      await seen(4);
      await suite.store.complete({ agent: 'gpt', id });
      await seen(5);
      stop.abort();
      await done;
      expect(
        events.map((event) => [
          event.event,
          'message' in event ? (event.message as Message).status : undefined,
          'previousStatus' in event ? event.previousStatus : undefined,
        ]),
      ).toEqual([
        ['waiting', 'PENDING', undefined],
        ['ready', undefined, undefined],
        ['message', 'PENDING', undefined],
        ['status', 'IN_PROGRESS', 'PENDING'],
        ['status', 'COMPLETED', 'IN_PROGRESS'],
      ]);
    });
  });
}
