import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { copyKey } from '../../src/store/changes.ts';
import { nodeFileSystem } from '../../src/store/files/file-system.ts';
import { createFilesStore } from '../../src/store/files/files-store.ts';
import { createSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Copy, Section, Store, StoreEvent } from '../../src/store/store.ts';
import { draftOf, testOptions } from './conformance.ts';

const EVERYTHING: Section[] = ['active', 'archived', 'held', 'dead'];
const AGENTS = ['gpt', 'gemini', 'claude'];

/** A generator that gives the same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** What a watcher has been told, and where that does not fit what it was told before. */
function follower() {
  const known = new Map<string, string>();
  const faults: string[] = [];
  let isReady = () => {};
  const ready = new Promise<void>((resolve) => {
    isReady = resolve;
  });
  const onEvent = (event: StoreEvent) => {
    if (event.event === 'ready') return isReady();
    if (event.event === 'error') return void faults.push(event.error);
    const key = copyKey(event as unknown as Copy);
    const state = `${event.section} ${event.message.status}`;
    const isNew = event.event === 'waiting' || event.event === 'message';
    // What was held was not told of before.
    const wasHeld = event.previousSection === 'held' || event.section === 'held';
    if (isNew === known.has(key) && !wasHeld) faults.push(`${event.event} ${key.replaceAll('\0', ' ')} ${state}`);
    if (event.event === 'status' && known.get(key) === state) faults.push(`twice: ${key} ${state}`);
    if (event.event === 'removed') known.delete(key);
    else known.set(key, state);
  };
  return { known, faults, ready, onEvent };
}

test.each([
  ['files', 1, 150],
  ['sqlite', 2, 600],
  ['sqlite', 3, 600],
] as const)(
  '%s, whatever is done through two stores: no id is given twice, and watchers know what is there (%i)',
  async (name, seed, steps) => {
    const root = mkdtempSync(path.join(tmpdir(), 'comms-random-'));
    const options = { ...testOptions(), clock: Date.now };
    const open = async (): Promise<Store> =>
      name === 'files'
        ? createFilesStore({ ...options, root, fs: { ...nodeFileSystem } })
        : createSqliteStore({ ...options, root, synchronous: 'NORMAL', busyTimeoutMs: 10_000 });
    const stores = [await open(), await open()];
    for (const agent of AGENTS) await stores[0]?.addInbox(agent);
    const stop = new AbortController();
    const followers = stores.map(follower);
    const watching = stores.map((store, n) =>
      store.watch({ signal: stop.signal, onEvent: (followers[n] as ReturnType<typeof follower>).onEvent }),
    );
    onTestFinished(async () => {
      stop.abort();
      await Promise.all(watching);
      for (const store of stores) await store.close();
      rmSync(root, { recursive: true, force: true });
    });
    await Promise.all(followers.map(({ ready }) => ready));
    const random = randomOf(seed);
    const pick = <T>(items: readonly T[]): T | undefined => items[random(items.length)];
    const given = new Map<string, string>();
    let uids = 0;

    const send = async (store: Store) => {
      const recipients = AGENTS.slice(0, 1 + random(AGENTS.length));
      const uid = `u${++uids}`;
      const draft = draftOf(options, { uid, requires_response: true, type: 'QUERY' });
      const hold = random(4) === 0 ? { hold: 'Why.' } : {};
      const { message } = await store.deliver({ draft, recipients: random(5) === 0 ? ['nobody'] : recipients, ...hold });
      expect(given.has(message.id), `${message.id} was given to ${given.get(message.id)}, and to ${uid}`).toBe(false);
      given.set(message.id, uid);
    };
    const of = async (store: Store, sections: Section[]) => pick(await store.list({ sections }));
    const deeds: ((store: Store) => Promise<unknown>)[] = [
      send,
      send,
      // One commit for several, of which some fail.
      (store) =>
        Promise.allSettled([send(store), store.claim({ agent: 'gpt', id: 'msg-none' }), send(store), store.claim({ agent: 'claude' })]),
      async (store) => store.complete({ agent: pick(AGENTS) as string, id: (await of(store, ['active']))?.message.id ?? '' }),
      async (store) => {
        const copy = await of(store, ['active']);
        await store.fail({ agent: copy?.inbox ?? '', id: copy?.message.id ?? '', error: 'No.', reject: true });
        if (random(2) === 0) await store.redrive({ id: copy?.message.id ?? '', inbox: copy?.inbox ?? '' });
        if (random(2) === 0) await store.fail({ agent: copy?.inbox ?? '', id: copy?.message.id ?? '', error: 'No.', reject: true });
      },
      async (store) => store.releaseHeld({ id: (await of(store, ['held']))?.message.id ?? '' }),
      async (store) => store.rejectHeld({ id: (await of(store, ['held']))?.message.id ?? '', reason: 'No.' }),
      async (store) => store.redrive({ id: (await of(store, ['dead']))?.message.id ?? '' }),
      async (store) => store.purge({ section: random(2) === 0 ? 'dead' : 'archived', limit: 1 + random(3) }),
      (store) => store.archive({ keep: random(3), limit: 3 }),
      async (store) => {
        const [copy] = await store.list();
        if (!copy) return;
        // A number of its own: reserved, and by then not the last one, or higher than the last one.
        const { reserved = 0 } = await store.restore({ copies: [], lastNumber: random(10), reserve: 3 });
        const id = pick([`own-${uids}`, `msg-${reserved + random(3)}`, `msg-${reserved + 50}`]) as string;
        const section = pick(EVERYTHING) as Section;
        const message = { ...copy.message, id, uid: `u${++uids}`, recipient: 'gpt' };
        await store.restore({ copies: [{ inbox: 'gpt', section, message }], lastNumber: random(10) });
        given.set(id, message.uid);
      },
    ];
    for (let step = 0; step < steps; step++) {
      const two = stores.map((store) => (pick(deeds) as (typeof deeds)[0])(store));
      for (const outcome of await Promise.allSettled(two)) {
        if (outcome.status === 'fulfilled') continue;
        if ((outcome.reason as { name?: string }).name === 'AssertionError' || !(outcome.reason as { code?: string }).code)
          throw outcome.reason;
      }
      if (random(10) === 0) await new Promise((resolve) => setTimeout(resolve, random(20)));
    }
    const there = async (store: Store) =>
      new Map((await store.list({ sections: EVERYTHING })).map((copy) => [copyKey(copy), `${copy.section} ${copy.message.status}`]));
    const [one, other] = await Promise.all(stores.map(there));
    expect(other).toEqual(one);
    for (const { known, faults } of followers) {
      const wrong = () => {
        const left = new Map([...(one ?? [])].filter(([, state]) => !state.startsWith('held ')));
        for (const [key, state] of known) if (left.get(key) === state) left.delete(key);
        const surplus = [...known].filter(([key, state]) => one?.get(key) !== state);
        return { left: [...left], surplus };
      };
      await expect.poll(wrong, { timeout: 5_000 }).toEqual({ left: [], surplus: [] });
      expect(faults).toEqual([]);
    }
    expect((await stores[0]?.check())?.problems.filter(({ code }) => code !== 'MISSING_INBOX')).toEqual([]);
  },
  120_000,
);
