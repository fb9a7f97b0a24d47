import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { LONG } from '../long.ts';
import { act, expectedOf, type Random, randomOf, type Snapshot, snapshot, statesOf, wrongIds } from './branches.ts';
import { repository, type TestRepository } from './repository.ts';

const RUNS = LONG ? 12 : 3;
/** How many messages got another id, over all runs: were it none, the tests would show little. */
let renumbered = 0;

afterAll(() => expect(renumbered).toBeGreaterThan(0));

interface Branch {
  name: string;
  found: Snapshot;
}

/** A workspace on main, and branches from there on which something happened. */
async function branched(
  repo: TestRepository,
  random: Random,
  count: number,
): Promise<{ base: Snapshot; branches: Branch[]; now: () => number }> {
  let time = Date.parse('2026-01-17T12:00:00.000Z');
  const now = () => {
    time += 1000;
    return time;
  };
  const work = async (deeds: number, message: string) => {
    const store = repo.open(now);
    await act(store, deeds, random, now);
    const found = await snapshot(store);
    await store.close();
    repo.commit(message);
    return found;
  };
  const base = await work(8, 'base');
  const branches: Branch[] = [];
  for (let n = 0; n < count; n += 1) {
    const name = `branch-${n}`;
    repo.git('checkout', '-q', '-b', name, 'main');
    // As in a clone of its own, which gives the same ids as the others.
    rmSync(join(repo.root, '.state'), { recursive: true, force: true });
    await work(4 + random(6), `${name}, first`);
    branches.push({ name, found: await work(2 + random(6), `${name}, second`) });
  }
  return { base, branches, now };
}

/** Opens the workspace, which settles it, and looks. */
async function settledIn(repo: TestRepository, now: () => number): Promise<Snapshot> {
  const store = repo.open(now);
  await store.sweep();
  const found = await snapshot(store);
  const { problems } = await store.check();
  expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
  expect((await store.check({ reconcile: true })).fixed).toEqual([]);
  await store.close();
  renumbered += [...found.values()].filter(({ message }) => message.metadata?.former_ids !== undefined).length;
  return found;
}

function idsOf(found: Snapshot): string[] {
  return [...found].map(([key, { message }]) => `${key} ${message.id} ${message.references.join()}`).sort();
}

test.each(Array.from({ length: RUNS }, (_, seed) => [seed]))(
  'merged in any order: the same messages, states and ids (%i)',
  async (seed) => {
    const repo = await repository();
    const random = randomOf(seed + 1);
    const { base, branches, now } = await branched(repo, random, 2 + random(2));
    const expected = branches.reduce((all, { found }) => expectedOf(base, all, found), base);
    const outcomes: string[][] = [];
    for (const order of [branches, [...branches].reverse()]) {
      // As another clone would, which knows nothing of what happened here.
      repo.git('checkout', '-q', '--detach', order[0]?.name ?? '');
      rmSync(join(repo.root, '.state'), { recursive: true, force: true });
      for (const { name } of order.slice(1)) repo.git('merge', '-q', '--no-edit', name);
      const found = await settledIn(repo, now);
      expect(statesOf(found)).toEqual(statesOf(expected));
      expect(wrongIds(found)).toEqual([]);
      outcomes.push(idsOf(found));
      repo.commit('settled');
    }
    expect(outcomes[1]).toEqual(outcomes[0]);
  },
);

test.each(
  Array.from({ length: RUNS }, (_, seed) => [['rebase', 'cherry-pick', 'merges that are settled in between'][seed % 3] ?? '', seed]),
)('%s: none lost, none doubled (%i)', async (way, seed) => {
  const repo = await repository();
  const random = randomOf(seed + 1001);
  const { base, branches, now } = await branched(repo, random, 2);
  const expected = branches.reduce((all, { found }) => expectedOf(base, all, found), base);
  const [first, ...others] = branches;
  repo.git('checkout', '-q', '-b', 'all', first?.name ?? '');
  for (const { name } of others) {
    if (way === 'rebase') {
      repo.git('checkout', '-q', name);
      repo.git('rebase', '-q', 'all');
      repo.git('branch', '-f', 'all', name);
    } else if (way === 'cherry-pick') repo.git('cherry-pick', '--keep-redundant-commits', `main..${name}`);
    else {
      repo.git('merge', '-q', '--no-edit', name);
      await settledIn(repo, now);
      repo.commit('settled');
    }
  }
  const found = await settledIn(repo, now);
  expect(statesOf(found)).toEqual(statesOf(expected));
  expect(wrongIds(found)).toEqual([]);
});
