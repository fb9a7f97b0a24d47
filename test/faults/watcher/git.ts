import { describe, expect, test } from 'vitest';
import { clones } from '../../git/clones.ts';
import { testRepository } from '../../git/repository.ts';
import { LONG } from '../../long.ts';
import { figure } from '../figure.ts';
import { accountOf, idsOf } from './account.ts';
import { type WatcherProcess, watcherProcess } from './process.ts';

/** What git brings and takes away: told, never called lost. */

const ROUNDS = LONG ? 25 : 1;

/** Waits until the watcher knows of these messages as the open ones, and of no others. */
async function untilThere(watcher: WatcherProcess, ids: readonly string[]): Promise<void> {
  const wanted = [...ids].sort().join();
  const there = () => [...accountOf(watcher.events).standing.keys()].map((key) => key.split(' ')[1]);
  await watcher.until(() => there().sort().join() === wanted, `there: ${wanted}`);
}

async function expectNothingLost(watcher: WatcherProcess, run: (...argv: string[]) => Promise<{ out: string }>): Promise<void> {
  await watcher.end();
  expect(accountOf(watcher.events).contradictions).toEqual([]);
  expect(watcher.events.filter(({ event }) => event === 'error')).toEqual([]);
  expect((await run('doctor')).out).not.toMatch(/VANISHED|REGRESSED/);
}

describe('git', () => {
  test('checkout of another branch and back, and a merge of it: what goes and what comes is told, nothing is lost', async () => {
    const repo = await testRepository();
    const both = [await repo.send({ to: 'gpt' })];
    repo.git('add', '.');
    repo.git('commit', '-qm', 'one');
    repo.git('checkout', '-qb', 'work');
    const onWork = [await repo.send({ to: 'gpt' }), await repo.send({ to: 'gpt' })];
    repo.git('add', '.');
    repo.git('commit', '-qm', 'three');
    const watcher = watcherProcess(repo.root);
    await watcher.ready();
    for (let round = 0; round < ROUNDS; round += 1) {
      repo.git('checkout', '-q', 'main');
      await untilThere(watcher, both);
      repo.git('checkout', '-q', 'work');
      await untilThere(watcher, [...both, ...onWork]);
      figure('checkouts', 2);
    }
    repo.git('checkout', '-q', 'main');
    await untilThere(watcher, both);
    repo.git('merge', '-q', '--ff-only', 'work');
    await untilThere(watcher, [...both, ...onWork]);
    expect(idsOf(watcher.events, 'removed')).toHaveLength(2 * ROUNDS + 2);
    expect(idsOf(watcher.events, 'message')).toHaveLength(2 * ROUNDS + 2);
    await expectNothingLost(watcher, repo.run);
  });

  test('there and back at once: neither missed nor told twice', async () => {
    const repo = await testRepository();
    repo.git('add', '.');
    repo.git('commit', '-qm', 'none');
    repo.git('checkout', '-qb', 'work');
    const ids = [await repo.send({ to: 'gpt' })];
    repo.git('add', '.');
    repo.git('commit', '-qm', 'one');
    const watcher = watcherProcess(repo.root);
    await watcher.ready();
    for (let round = 0; round < 5 * ROUNDS; round += 1) {
      repo.git('checkout', '-q', 'main');
      repo.git('checkout', '-q', 'work');
      figure('checkouts', 2);
    }
    const last = await repo.send({ to: 'gpt' });
    await untilThere(watcher, [...ids, last]);
    await expectNothingLost(watcher, repo.run);
  });

  test.runIf(LONG)('reset --hard takes messages away, and they come back with it', async () => {
    const repo = await testRepository();
    repo.git('add', '.');
    repo.git('commit', '-qm', 'none');
    const id = await repo.send({ to: 'gpt' });
    repo.git('add', '.');
    repo.git('commit', '-qm', 'one');
    const watcher = watcherProcess(repo.root);
    await watcher.ready();
    repo.git('reset', '-q', '--hard', 'HEAD~1');
    await untilThere(watcher, []);
    repo.git('reset', '-q', '--hard', 'ORIG_HEAD');
    await untilThere(watcher, [id]);
    await expectNothingLost(watcher, repo.run);
  });

  test.runIf(LONG)('pull, fast-forward and with a merge, brings the messages of another clone, each told once', async () => {
    const { clones: all } = await clones(2, { driver: true });
    const [ours, theirs] = [all[0], all[1]];
    if (!ours || !theirs) throw new Error('two clones');
    const watcher = watcherProcess(ours.root);
    await watcher.ready();
    const commit = async (clone: typeof ours) => void (await clone.run('commit'));
    const subjects = () => watcher.events.flatMap((event) => (event.event === 'message' ? [event.message.subject] : []));

    await theirs.send({ to: 'gpt', subject: 'theirs, before' });
    await commit(theirs);
    theirs.git('push', '-q');
    ours.git('pull', '-q', '--ff-only');
    await watcher.until(() => subjects().length === 1, 'what was pulled');

    await theirs.send({ to: 'gpt', subject: 'theirs, beside ours' });
    await commit(theirs);
    theirs.git('push', '-q');
    await ours.send({ to: 'gpt', subject: 'ours' });
    await commit(ours);
    ours.git('pull', '-q', '--no-rebase', '--no-edit');
    await watcher.until(() => subjects().length >= 3, 'what was merged');
    await ours.send({ to: 'gpt', subject: 'the last one' });
    await watcher.until(() => subjects().includes('the last one'), 'the last one');
    await watcher.end();
    // Both gave the same id to different messages: one of them gets another with the first write after the merge.
    const standing = [...accountOf(watcher.events).standing.keys()];
    expect(new Set(subjects())).toEqual(new Set(['theirs, before', 'theirs, beside ours', 'ours', 'the last one']));
    expect(standing).toHaveLength(4);
    expect(watcher.events.filter(({ event }) => event === 'error')).toEqual([]);
    expect((await ours.run('doctor')).out).not.toMatch(/VANISHED|REGRESSED/);
  });
});
