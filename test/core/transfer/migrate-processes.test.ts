import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CommsError, migrateStore, openComms } from '../../../src/comms.ts';
import { applyInit, planInit } from '../../../src/workspace/scaffold.ts';
import { setStore } from '../../../src/workspace/store-edit.ts';
import { LONG } from '../../long.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { buildWorker, start } from './processes.ts';

buildWorker();

type Name = 'files' | 'sqlite';

async function workspace(store: Name): Promise<string> {
  const root = join(temporaryDirectory(), 'agent-comms');
  mkdirSync(root);
  applyInit(planInit({ root, project: root, agents: ['claude', 'gpt'], at: '2026-01-17T12:00:00.000Z' }));
  if (store === 'sqlite') await setStore(root, 'sqlite');
  return root;
}

async function send(root: string, subject: string): Promise<string> {
  const comms = await openComms({ workspace: root });
  try {
    return (await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject, details: 'x' })).message.id;
  } finally {
    await comms.close();
  }
}

async function subjectsIn(root: string): Promise<string[]> {
  const comms = await openComms({ workspace: root });
  const copies = await comms.store.list({ sections: ['active', 'archived', 'held', 'dead'] });
  await comms.close();
  expect(new Set(copies.map(({ message }) => message.id)).size).toBe(copies.length);
  return copies.map(({ message }) => message.subject).sort();
}

/** The lock of somebody who is dead counts as such after 10 s, for which no test waits. */
function makeOld(lock: string): void {
  if (existsSync(lock)) utimesSync(lock, 1, 1);
}

test('five processes send while the workspace moves to and fro: every message once, none lost', async () => {
  const root = await workspace('files');
  const senders = [...['a', 'b', 'c'].map((name) => start(['stay', root, name])), ...['d', 'e'].map((name) => start(['once', root, name]))];
  for (const to of ['sqlite', 'files', 'sqlite', 'files'] as const) {
    const before = senders.map(({ lines }) => lines.length);
    await expect.poll(() => senders.every(({ lines }, n) => lines.length > (before[n] ?? 0) + 2), { timeout: 20_000 }).toBe(true);
    const moving = start(['migrate', root, to]);
    expect(await moving.ended).toBe(0);
  }
  await expect.poll(() => senders.every(({ lines }) => lines.includes('moved') || lines.length > 10), { timeout: 20_000 }).toBe(true);
  writeFileSync(join(root, 'stop'), '');
  expect(await Promise.all(senders.map(({ ended }) => ended))).toEqual(senders.map(() => 0));
  const acknowledged = senders.flatMap(({ lines }) => lines.flatMap((line) => /^sent (\S+)/.exec(line)?.[1] ?? []));
  expect(await subjectsIn(root)).toEqual([...acknowledged].sort());
  expect(senders.flatMap(({ lines }) => lines)).toContain('moved');
}, 120_000);

test.each([
  ['files', 'sqlite'],
  ['sqlite', 'files'],
] as const)(
  'killed at any point on the way from %s to %s, it can be run again, and nothing is lost',
  async (from, to) => {
    const counting = await workspace(from);
    for (const subject of ['one', 'two', 'three']) await send(counting, subject);
    const counted = start(['migrate', counting, to], { killAt: 0 });
    expect(await counted.ended).toBe(0);
    const operations = Number(/^operations (\d+)$/m.exec(counted.lines.join('\n'))?.[1]);
    expect(operations).toBeGreaterThan(20);

    const step = LONG ? 1 : Math.ceil(operations / 24);
    let [refused, tries, kills] = [0, 0, 0];
    for (let killAt = operations; killAt > 0; killAt -= step) {
      const root = await workspace(from);
      for (const subject of ['one', 'two', 'three']) await send(root, subject);
      const killed = start(['migrate', root, to], { killAt });
      tries += 1;
      // How many there are differs a little with the timing of the lock.
      if ((await killed.ended) === 0) continue;
      kills += 1;
      makeOld(join(root, 'config.json.lock'));
      // Whoever sends in between is told the truth.
      const sent = await send(root, 'four').then(
        () => ['four'],
        (error: unknown) => {
          expect(error).toBeInstanceOf(CommsError);
          expect(error).toMatchObject({ code: 'STORE_MOVED' });
          refused += 1;
          return [];
        },
      );
      const { kept } = await migrateStore({ workspace: root, to });
      expect(await subjectsIn(root), `killed at ${killAt}`).toEqual([...sent, 'one', 'three', 'two']);
      await send(root, 'five');
      const again = await migrateStore({ workspace: root, to });
      expect(again).toMatchObject({ from: to, messages: 0 });
      expect(kept === null || kept.startsWith('archive/before-migration-')).toBe(true);
    }
    expect(refused).toBeGreaterThan(0);
    expect(kills).toBeGreaterThan(tries * 0.8);
  },
  240_000,
);
