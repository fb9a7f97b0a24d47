import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openComms } from '../src/comms.ts';
import { applyInit, planInit } from '../src/workspace/scaffold.ts';
import { bundleWorker } from './bundle-worker.ts';

const PROCESSES = 8;
const EACH = 10;
const LIMIT = 50;

/** Not elsewhere, so that it finds better-sqlite3; of this test alone, which others do not clear away. */
const built = path.join(import.meta.dirname, `../dist/test-phase-limit-${process.pid}`);
const worker = path.join(built, 'worker.mjs');
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'comms-phase-limit-'));
  mkdirSync(built, { recursive: true });
  await bundleWorker(path.join(import.meta.dirname, 'many-processes-worker.ts'), worker);
});
afterAll(() => {
  for (const one of [dir, built]) rmSync(one, { recursive: true, force: true });
});

test.each(['files', 'sqlite'] as const)(
  'a phase has no message too many, and none too few, with many processes on %s',
  async (store) => {
    const root = workspaceOn(store);
    const outcomes = (await Promise.all(Array.from({ length: PROCESSES }, (_, n) => limited(root, String(n))))).flat();
    expect(outcomes).toHaveLength(PROCESSES * EACH);
    const ids = outcomes.filter((outcome) => outcome.startsWith('msg-'));
    expect(new Set(ids).size).toBe(LIMIT);
    expect(outcomes.filter((outcome) => outcome === 'PHASE_LIMIT_REACHED')).toHaveLength(PROCESSES * EACH - LIMIT);

    const comms = await openComms({ workspace: root });
    expect(await comms.store.list()).toHaveLength(LIMIT);
    expect(await comms.phases()).toMatchObject([{ messages: { used: LIMIT, limit: LIMIT } }]);
    const { refused, total_messages, conflicts } = await comms.stats();
    expect([total_messages, refused.by_code, conflicts.checked]).toEqual([
      LIMIT,
      { PHASE_LIMIT_REACHED: PROCESSES * EACH - LIMIT },
      PROCESSES * EACH,
    ]);
    await comms.close();
  },
  120_000,
);

function workspaceOn(store: 'files' | 'sqlite'): string {
  const root = path.join(dir, store, 'agent-comms');
  applyInit(planInit({ root, project: path.join(dir, store), at: '2026-01-17T12:00:00.000Z', agents: ['claude', 'gpt', 'gemini'] }));
  const write = (name: string, json: object) => writeFileSync(path.join(root, name), JSON.stringify(json));
  const agents = { claude: {}, gpt: {}, gemini: {} };
  write('config.json', { version: '1.0', agents, store, communication: { max_messages_per_phase: LIMIT } });
  write('plan.json', { version: '1.0', phases: [{ id: 'build', name: 'Build', agents: ['gemini'], status: 'active' }] });
  return root;
}

/** What a process that sends ten messages from gemini met: an id or an error code for each. */
function limited(root: string, name: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = fork(worker, [root, 'limited', name, String(EACH)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let answer: string[] | undefined;
    child.on('message', (message) => {
      answer = message as string[];
    });
    child.on('exit', (code) => (code === 0 && answer ? resolve(answer) : reject(new Error(`The worker ended with ${code}.`))));
  });
}
