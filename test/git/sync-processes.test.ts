import { fork } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleWorker } from '../bundle-worker.ts';
import { LONG } from '../long.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { clones, messagesOf } from './clones.ts';
import type { TestRepository } from './repository.ts';

const MS = LONG ? 60_000 : 6_000;
const PROCESSES = 8;

interface Answer {
  sent: string[];
  failures: string[];
}

test('many processes that send and sync in two clones leave both with the same messages, all of them', {
  timeout: MS * 3 + 120_000,
}, async () => {
  const worker = join(temporaryDirectory(), 'worker.mjs');
  await bundleWorker(join(import.meta.dirname, 'sync-worker.ts'), worker);
  const { clones: all } = await clones(2, { driver: true });
  const [one, two] = all as [TestRepository, TestRepository];
  const answers = await Promise.all(
    Array.from({ length: PROCESSES }, (_, n) => {
      const clone = n % 2 === 0 ? one : two;
      return answerOf(worker, [clone.root, `p${n}`, 'claude,gpt', String(MS)]);
    }),
  );
  expect(answers.flatMap(({ failures }) => failures)).toEqual([]);
  // Each clone has what it sent; twice, since the first round brings what the second spreads.
  for (const clone of [one, two, one, two]) {
    const { exit, err } = await clone.run('sync');
    expect([exit, err.replaceAll(/^comms: warning: Two branches gave the same ids\..*\n/gm, '')]).toEqual([
      0,
      expect.not.stringContaining('comms:'),
    ]);
  }
  const [first, second] = [await messagesOf(one), await messagesOf(two)];
  expect(second).toEqual(first);
  const subjects = Object.values(first).map((text) => text.split(' ')[0]);
  expect(subjects.sort()).toEqual(answers.flatMap(({ sent }) => sent).sort());
  expect([one, two].map(({ git }) => git('status', '--porcelain'))).toEqual(['', '']);
  expect(one.git('rev-parse', 'HEAD')).toBe(two.git('rev-parse', 'HEAD'));
  // Ids that both gave are settled.
  for (const clone of [one, two]) expect((await clone.run('validate')).exit).toBe(0);
});

function answerOf(worker: string, args: string[]): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = fork(worker, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.on('message', (answer) => resolve(answer as Answer));
    child.on('error', reject);
    child.on('exit', (code) => reject(new Error(`It ended with ${code}.`)));
  });
}
