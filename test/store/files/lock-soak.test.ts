import fs, { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { errnoOf } from '../../../src/errors.ts';
import { lockPaths, lookAt } from '../../../src/store/files/lock/lock-directory.ts';
import { ownIdentity } from '../../../src/store/files/lock/process-identity.ts';
import { TIMINGS, type Timings } from '../../../src/store/files/lock/timings.ts';
import { figure } from '../../faults/figure.ts';
import { LONG } from '../../long.ts';
import { type Answer, buildWorker, newDirectory, startWorker, type Worker } from './lock-processes.ts';

/** Production waits 2 s for a lock without a deed and 10 s for a silent one; the library renews once a second at most. */
const QUICK: Timings = { ...TIMINGS, renewEvery: 1_000, deadAfter: 2_500, unsignedDeadAfter: 1_000 };

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
  const { violations, lost, kills, writes, takeovers } = await soak('append', { ms: LONG ? 75_000 : 4_000 });
  figure('kills', kills);
  figure('writes under the lock', writes);
  figure('takeovers', takeovers);
  figure('violations', violations.length + lost.length);
  expect({ violations, lost }).toEqual({ violations: [], lost: [] });
});

test('the same soak over the library alone loses writes, or lets two in', async () => {
  const { violations, lost, kills } = await soak('append-plain', { ms: 75_000, untilViolation: !LONG });
  figure('violations of the plain library', violations.length + lost.length);
  console.log(`plain proper-lockfile: ${violations.length} violations, ${lost.length} writes lost, after ${kills} kills`);
  expect(violations.length + lost.length).toBeGreaterThan(0);
});

test('gives a dead lock to one of eight that meet it at once, and tells the first', async () => {
  const dir = newDirectory();
  const rounds = await meetings('meet', dir, LONG ? 50 : 25, () => leaveDeadLock(dir));
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
  const rounds = await meetings('meet-plain', dir, LONG ? 50 : 25, () => {
    fs.mkdirSync(lock);
    utimesSync(lock, new Date(0), new Date(0));
  });
  const broken = rounds.filter((round) => round.some(({ overlap }) => overlap));
  console.log(`plain proper-lockfile: two holders in ${broken.length} of ${rounds.length} rounds`);
  expect(broken.length).toBeGreaterThan(0);
});

interface Soaked {
  violations: Answer[];
  /** Lines that were acknowledged, and are not there, or are there twice. */
  lost: string[];
  kills: number;
  writes: number;
  takeovers: number;
}

/**
 * Twelve processes add lines to a file under the lock, with the timings of production, and are killed, mostly while they hold it.
 * `untilViolation` ends with the first one, and does not wait for the 2 s after which the library calls a lock stale.
 */
async function soak(mode: string, { ms, untilViolation = false }: { ms: number; untilViolation?: boolean }): Promise<Soaked> {
  const dir = newDirectory();
  const file = path.join(dir, 'lines');
  writeFileSync(file, '');
  const acknowledged: string[] = [];
  const violations: Answer[] = [];
  const workers = new Set<Worker>();
  let holder: Worker | undefined;
  let kills = 0;
  let takeovers = 0;
  const startOne = () => {
    const note = (answer: Answer) => {
      if (answer.holding) holder = worker;
      if (answer.takenOver) takeovers++;
      if (typeof answer.line === 'string') acknowledged.push(answer.line);
      if (answer.violation) violations.push(answer);
    };
    const worker: Worker = start(mode, dir, note, TIMINGS);
    workers.add(worker);
  };
  for (let n = 0; n < 12; n++) startOne();

  const began = performance.now();
  const isEnough = () => (mode === 'append-plain' ? violations.length > 0 : kills > 15 && acknowledged.length > 30);
  const isOver = () => {
    const passed = performance.now() - began;
    return (untilViolation || passed > ms) && (isEnough() || passed > ms + 60_000);
  };
  while (!isOver()) {
    await sleep(50 + Math.random() * 200);
    const any = [...workers][Math.floor(Math.random() * workers.size)];
    const inside = holder && workers.has(holder) ? holder : undefined;
    const victim = untilViolation || Math.random() < 0.7 ? (inside ?? any) : any;
    if (!victim) continue;
    victim.process.kill('SIGKILL');
    workers.delete(victim);
    kills++;
    startOne();
    if (untilViolation) await victim.exited.then(() => makeStale(dir, victim));
  }
  for (const worker of workers) worker.tell('stop');
  await Promise.all(started.map((worker) => worker.exited));

  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const there = new Set(lines);
  console.log(`lock soak, ${mode}: ${lines.length} writes, ${kills} kills, ${takeovers} takeovers, ${violations.length} violations`);
  expect(isEnough()).toBe(true);
  const lost = [...acknowledged.filter((line) => !there.has(line)), ...lines.filter((line, n) => lines.indexOf(line) !== n)];
  return { violations, lost, kills, writes: lines.length, takeovers };
}

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

/** Lets the 2 s pass where the lock that lies there is this one's, who was killed over its work. */
function makeStale(dir: string, { process: { pid } }: Worker): void {
  try {
    if (!readFileSync(path.join(dir, 'busy'), 'utf8').startsWith(`${pid}:`)) return;
    utimesSync(lockPaths(path.join(dir, 'state')).lock, new Date(0), new Date(0));
  } catch (error) {
    // It had just given the lock back.
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
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
