import fs, { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { lockPaths, lookAt } from '../../../src/store/files/lock/lock-directory.ts';
import { ownIdentity } from '../../../src/store/files/lock/process-identity.ts';
import { TIMINGS } from '../../../src/store/files/lock/timings.ts';
import { type Answer, buildWorker, newDirectory, startWorker, type Worker } from './lock-processes.ts';

/** Production waits 2 s for a lock without a deed and 10 s for a silent one; the library renews once a second at most. */
const QUICK = { ...TIMINGS, renewEvery: 1_000, deadAfter: 2_500, unsignedDeadAfter: 1_000 };

let workerFile: string;
const started: Worker[] = [];
const start = (mode: string, dir: string, onAnswer?: (answer: Answer) => void, timings = QUICK) => {
  const worker = startWorker(workerFile, mode, dir, timings, onAnswer);
  started.push(worker);
  return worker;
};

beforeAll(async () => {
  workerFile = await buildWorker();
});
afterEach(async () => {
  for (const worker of started) worker.process.kill('SIGKILL');
  await Promise.all(started.splice(0).map((worker) => worker.exited));
});

test('loses no acknowledged write while holders are killed', async () => {
  const dir = newDirectory();
  const file = path.join(dir, 'lines');
  writeFileSync(file, '');
  const acknowledged: string[] = [];
  const violations: Answer[] = [];
  let holder: Worker | undefined;
  let kills = 0;
  const workers = new Set<Worker>();
  const startOne = () => {
    const worker: Worker = start('append', dir, (answer) => {
      if (answer.holding) holder = worker;
      if (typeof answer.line === 'string') acknowledged.push(answer.line);
      if (answer.violation) violations.push(answer);
    });
    workers.add(worker);
  };
  for (let n = 0; n < 12; n++) startOne();

  const until = performance.now() + 6_000;
  while (performance.now() < until) {
    await sleep(50 + Math.random() * 200);
    const any = [...workers][Math.floor(Math.random() * workers.size)];
    const victim = Math.random() < 0.7 && holder && workers.has(holder) ? holder : any;
    if (!victim) continue;
    victim.process.kill('SIGKILL');
    workers.delete(victim);
    kills++;
    startOne();
  }
  for (const worker of workers) worker.tell('stop');
  await Promise.all([...workers].map((worker) => worker.exited));
  await Promise.all(started.map((worker) => worker.exited));

  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const there = new Set(lines);
  console.log(`lock soak: ${lines.length} writes, ${kills} kills`);
  expect(kills).toBeGreaterThan(15);
  expect(acknowledged.length).toBeGreaterThan(30);
  expect(violations).toEqual([]);
  expect(acknowledged.filter((line) => !there.has(line))).toEqual([]);
  expect(there.size).toBe(lines.length);
});

test('gives a dead lock to one of eight that meet it at once, and tells the first', async () => {
  const dir = newDirectory();
  const rounds = await meetings('meet', dir, 50, () => leaveDeadLock(dir));
  expect(rounds.filter((round) => round.some(({ overlap }) => overlap))).toEqual([]);
  expect(rounds.filter((round) => !inOrder(round)[0]?.takenOver)).toEqual([]);
});

test('gives a lock whose maker died before it wrote its deed to one of eight', async () => {
  const dir = newDirectory();
  const rounds = await meetings('meet', dir, 3, () => {
    fs.mkdirSync(lockPaths(path.join(dir, 'state')).lock);
  });
  expect(rounds.filter((round) => round.some(({ overlap }) => overlap))).toEqual([]);
  expect(rounds.filter((round) => !inOrder(round)[0]?.takenOver)).toEqual([]);
});

test('the library alone lets two in, so these tests would see it', async () => {
  const dir = newDirectory();
  const { lock } = lockPaths(path.join(dir, 'state'));
  const rounds = await meetings('meet-plain', dir, 50, () => {
    fs.mkdirSync(lock);
    utimesSync(lock, new Date(0), new Date(0));
  });
  const broken = rounds.filter((round) => round.some(({ overlap }) => overlap));
  console.log(`plain proper-lockfile: two holders in ${broken.length} of ${rounds.length} rounds`);
  expect(broken.length).toBeGreaterThan(0);
});

async function meetings(mode: string, dir: string, count: number, prepare: () => void): Promise<Answer[][]> {
  const workers = Array.from({ length: 8 }, () => start(mode, dir));
  const rounds: Answer[][] = [];
  for (let n = 0; n < count; n++) {
    expect(existsSync(lockPaths(path.join(dir, 'state')).lock)).toBe(false);
    prepare();
    // The first round also waits for the processes to start.
    const at = Date.now() + (n === 0 ? 1_500 : 15);
    for (const worker of workers) worker.tell(String(at));
    rounds.push(await Promise.all(workers.map((worker) => worker.answer())));
  }
  return rounds;
}

function inOrder(round: Answer[]): Answer[] {
  return [...round].sort((a, b) => Number(BigInt(String(a.enteredAt)) - BigInt(String(b.enteredAt))));
}

/** A lock as a killed process leaves it. */
function leaveDeadLock(dir: string): void {
  const { lock, records } = lockPaths(path.join(dir, 'state'));
  fs.mkdirSync(lock);
  fs.mkdirSync(records, { recursive: true });
  // No process has a pid above this limit of Linux.
  const deed = { ...ownIdentity(), pid: 2 ** 22 + 1, directory: lookAt(fs, lock) };
  writeFileSync(path.join(records, `owner-${Math.random().toString(16).slice(2)}`), JSON.stringify(deed));
}
