import { fork } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openComms } from '../src/comms.ts';
import { applyInit, planInit } from '../src/workspace/scaffold.ts';
import { bundleWorker } from './bundle-worker.ts';

const PROCESSES = 5;
const EACH = 10;
const CAPACITY = 20;

let dir: string;
let root: string;
let worker: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'comms-limits-'));
  root = path.join(dir, 'agent-comms');
  applyInit(planInit({ root, project: dir, at: '2026-01-17T12:00:00.000Z', agents: ['claude', 'gpt', 'gemini'] }));
  const limits = { sender: { messages: CAPACITY, per: '1d' }, pair: { messages: 15, per: '1d' } };
  writeFileSync(
    path.join(root, 'config.json'),
    JSON.stringify({ version: '1.0', agents: { claude: {}, gpt: {}, gemini: {} }, rate_limits: limits }),
  );
  worker = path.join(dir, 'worker.mjs');
  await bundleWorker(path.join(import.meta.dirname, 'many-processes-worker.ts'), worker);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

test('a limit holds over processes that send at the same time, and over their end', async () => {
  const outcomes = (await Promise.all(Array.from({ length: PROCESSES }, (_, n) => limited(String(n))))).flat();
  expect(outcomes).toHaveLength(PROCESSES * EACH);
  expect(outcomes.filter((outcome) => outcome.startsWith('msg-'))).toHaveLength(CAPACITY);
  expect(outcomes.filter((outcome) => outcome === 'RATE_LIMITED')).toHaveLength(PROCESSES * EACH - CAPACITY);
  expect(await limited('later')).toEqual(Array(EACH).fill('RATE_LIMITED'));

  const comms = await openComms({ workspace: root });
  const copies = await comms.store.list();
  expect(copies).toHaveLength(CAPACITY);
  for (const inbox of ['claude', 'gpt']) expect(copies.filter((copy) => copy.inbox === inbox).length).toBeLessThanOrEqual(15);
  await comms.close();
}, 120_000);

/** What a process that sends ten messages from gemini met: an id or an error code for each. */
function limited(name: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = fork(worker, [root, 'limited', name, String(EACH)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let answer: string[] | undefined;
    child.on('message', (message) => {
      answer = message as string[];
    });
    child.on('exit', (code) => (code === 0 && answer ? resolve(answer) : reject(new Error(`The worker ended with ${code}.`))));
  });
}
