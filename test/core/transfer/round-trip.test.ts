import fc from 'fast-check';
import { expect, test } from 'vitest';
import { differences } from '../../../src/core/transfer/compare.ts';
import { fill } from '../../../src/core/transfer/fill.ts';
import type { StoreName } from '../../../src/store/open.ts';
import { act, live } from './history.ts';
import { everythingIn, type OpenedStore, openIn, SETTINGS } from './stores.ts';

const INBOXES = [...SETTINGS.agents, ...Object.keys(SETTINGS.groups)];

/** Moves everything from one store into a new one of another kind. */
async function moved(from: OpenedStore, to: StoreName): Promise<OpenedStore> {
  const target = await openIn(to);
  target.clock.set(from.clock.clock());
  await fill(target.store, await everythingIn(from), { clock: target.clock, inboxes: INBOXES });
  return target;
}

test.each([
  ['files', 'memory'],
  ['files', 'sqlite'],
  ['sqlite', 'files'],
] as const)(
  'whatever happened, %s → %s → back holds the same',
  async (first, second) => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 1, maxLength: 40 }), async (acts) => {
        const one = await openIn(first);
        for (const inbox of INBOXES) await one.store.addInbox(inbox);
        await live(one, acts);
        const two = await moved(one, second);
        const three = await moved(two, first);
        const before = await everythingIn(one);
        for (const after of [await everythingIn(two), await everythingIn(three)]) {
          expect(differences(before.copies, after.copies)).toEqual([]);
          expect(after.copies).toHaveLength(before.copies.length);
          expect(after.lastNumber).toBe(before.lastNumber);
          expect(sorted(after.subscriptions)).toEqual(sorted(before.subscriptions));
          expect(after.heartbeats).toEqual(before.heartbeats);
          expect(after.presence).toEqual(before.presence);
        }
        await live(one, NEXT);
        await live(three, NEXT);
        await sameFuture(one, three);
        for (const { store } of [one, two, three]) await store.close();
      }),
      { numRuns: Number(process.env.COMMS_TEST_RUNS ?? 12) },
    );
  },
  120_000,
);

/** What is done in both afterwards: keys that were used before, a claim, and a new message. */
const NEXT = ['k1', 'k2', 'k3', undefined].map(
  (key) => ({ act: 'send', to: ['gpt'], key, hold: undefined, ttlMs: undefined, extra: {}, subject: 'Next' }) as const,
);

async function sameFuture(one: OpenedStore, other: OpenedStore): Promise<void> {
  const ids = async (opened: OpenedStore) =>
    (await everythingIn(opened)).copies.map(({ inbox, section, message }) => [section, inbox, message.id].join(' ')).sort();
  expect(await ids(other)).toEqual(await ids(one));
  const claims = async ({ store }: OpenedStore) =>
    store.claim({ agent: 'gpt' }).then(
      ({ message }) => message.id,
      (error) => error.code,
    );
  expect(await claims(other)).toBe(await claims(one));
}

function sorted(values: readonly unknown[]): string[] {
  return values.map((value) => JSON.stringify(value)).sort();
}
