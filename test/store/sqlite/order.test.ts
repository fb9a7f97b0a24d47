import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRIORITIES } from '../../../src/message/message.ts';
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { Copy, Store, StoreEvent } from '../../../src/store/store.ts';
import { draftOf } from '../conformance.ts';
import { testDatabase } from './database.ts';

const HOUR = 3_600_000;

describe('the next one', () => {
  test('is the one that the memory store takes, whatever waits', async () => {
    const waiting = fc.record({
      priority: fc.constantFrom(...PRIORITIES),
      ageMs: fc.oneof(fc.integer({ min: 0, max: 4 * HOUR }), fc.constantFrom(0, HOUR, 2 * HOUR)),
      dated: fc.integer({ min: 0, max: 9 }),
      type: fc.constantFrom('INFO', 'QUERY'),
      later: fc.boolean(),
      group: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(waiting, { maxLength: 25 }), fc.boolean(), async (list, filtered) => {
        const { store, options } = await testDatabase();
        const memory = createMemoryStore(options);
        const copies = list.map(({ priority, ageMs, dated, type, later, group }, n): Copy => {
          const inbox = group ? 'reviewers' : 'gpt';
          const timestamp = dated === 0 ? 'yesterday' : new Date(options.clock() - ageMs).toISOString();
          const not_before = later ? new Date(options.clock() + HOUR).toISOString() : undefined;
          const message = { ...draftOf(options, { priority, type, timestamp }), id: `msg-${100 + n}`, recipient: inbox };
          return { inbox, section: 'active', message: not_before === undefined ? message : { ...message, not_before } };
        });
        const taken = async (from: Store) => {
          await from.restore({ copies, lastNumber: 200 });
          const ids: string[] = [];
          for (;;) {
            const filter = filtered ? (message: { type: string }) => message.type === 'QUERY' : undefined;
            const next = await from.claim({ agent: 'gpt', ...(filter && { filter }) }).catch((error: { code: string }) => error.code);
            if (typeof next === 'string') return [...ids, next];
            ids.push(next.message.id);
          }
        };
        expect(await taken(store)).toEqual(await taken(memory));
        await store.close();
      }),
      { numRuns: 40 },
    );
  });
});

describe('a watcher', () => {
  test('in the same process is told of commits on another store object, dead letters, redrives and removals', async () => {
    const { store, sent, another } = await testDatabase();
    const other = await another();
    const events: StoreEvent[] = [];
    const stop = new AbortController();
    const done = other.watch({ signal: stop.signal, onEvent: (event) => events.push(event) });
    const seen = (count: number) => expect.poll(() => events.length, { timeout: 5_000, interval: 1 }).toBe(count);
    await seen(1);
    const id = await sent();
    await seen(2);
    await store.fail({ agent: 'gpt', id, error: 'boom', reject: true });
    await seen(3);
    await store.redrive({ id });
    await seen(4);
    await store.complete({ agent: 'gpt', id });
    await seen(5);
    await store.archive({});
    await seen(6);
    await store.purge({ section: 'archived' });
    await seen(7);
    await sent();
    await seen(8);
    stop.abort();
    await done;
    expect(events.map((event) => ('section' in event ? `${event.event} ${event.message.id} ${event.section}` : event.event))).toEqual([
      'ready',
      'message msg-001 active',
      'status msg-001 dead',
      'status msg-001 active',
      'status msg-001 active',
      'status msg-001 archived',
      'removed msg-001 archived',
      'message msg-002 active',
    ]);
  });

  test('is told soon, and what it costs does not grow with what is stored', async () => {
    const { store, options } = await testDatabase();
    const message = (n: number) => ({ ...draftOf(options), id: `msg-${n}`, recipient: 'gpt' });
    const copies = Array.from({ length: 20_000 }, (_, n): Copy => ({ inbox: 'gpt', section: 'archived', message: message(n + 1) }));
    await store.restore({ copies, lastNumber: 20_000 });
    const stop = new AbortController();
    let told: (() => void) | undefined;
    const done = store.watch({ signal: stop.signal, onEvent: () => told?.() });
    const late: number[] = [];
    for (let n = 0; n < 50; n++) {
      const arrival = new Promise<void>((resolve) => {
        told = resolve;
      });
      const start = performance.now();
      await store.deliver({ draft: draftOf(options), recipients: ['gpt'] });
      await arrival;
      late.push(performance.now() - start);
    }
    stop.abort();
    await done;
    const start = performance.now();
    await store.list({ sections: ['active', 'archived'] });
    // To read all of them takes some ten times as long, on a slow machine as well.
    expect(late.sort((a, b) => a - b)[25]).toBeLessThan((performance.now() - start) / 2);
  });
});
