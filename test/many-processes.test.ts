import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blocksOf, parseInbox } from '../src/inbox/inbox.ts';
import { applyInit, planInit } from '../src/workspace/scaffold.ts';
import { bundleWorker } from './bundle-worker.ts';

const SENDERS = 20;
const EACH = 50;

let dir: string;
let root: string;
let worker: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'comms-many-'));
  const plan = planInit({
    root: path.join(dir, 'agent-comms'),
    project: dir,
    at: '2026-01-17T12:00:00.000Z',
    agents: ['claude', 'gpt', 'gemini'],
  });
  applyInit(plan);
  root = plan.root;
  worker = path.join(dir, 'worker.mjs');
  await bundleWorker(path.join(import.meta.dirname, 'many-processes-worker.ts'), worker);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

describe('20 processes send 50 messages each to two inboxes while another claims and completes', () => {
  test('every message once, ids without gap or double, both inboxes valid, status.json right', async () => {
    const handled = run(['handle', 'gpt', String((SENDERS * EACH) / 2)]);
    const sent = await Promise.all(Array.from({ length: SENDERS }, (_, n) => run(['send', String(n), String(EACH)])));
    const completed = await handled;

    const ids = sent.flat();
    const total = SENDERS * EACH;
    expect(new Set(ids).size).toBe(total);
    expect([...ids].sort(byNumber)).toEqual(Array.from({ length: total }, (_, n) => `msg-${String(n + 1).padStart(3, '0')}`));

    const inbox = (agent: string) => blocksOf(parseInbox(readFileSync(path.join(root, `${agent}-inbox.md`))));
    const archived = await run(['archived', 'gpt']);
    const there = [...inbox('claude'), ...inbox('gpt')];
    expect(there.filter(({ kind }) => kind === 'broken')).toEqual([]);
    const stored = [...there.map(({ id }) => String(id)), ...archived];
    expect(stored).toHaveLength(total);
    expect(new Set(stored)).toEqual(new Set(ids));

    expect(completed).toHaveLength(total / 2);
    expect(new Set(completed).size).toBe(total / 2);
    const status = JSON.parse(readFileSync(path.join(root, 'status.json'), 'utf8'));
    expect(status.last_message_id).toBe(`msg-${total}`);
    expect(status.agents.claude).toMatchObject({ messages_pending: total / 2, messages_processed: 0 });
    expect(status.agents.gpt).toMatchObject({ messages_pending: 0, messages_in_progress: 0, messages_processed: total / 2 });
    expect(status.pending_items).toHaveLength(total / 2);
    expect(await run(['check'])).toEqual([]);
  }, 300_000);
});

/** What the worker answers with. */
function run(args: string[]): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const child = fork(worker, [root, ...args], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    let answer: string[] | undefined;
    child.on('message', (message) => {
      answer = message as string[];
    });
    child.on('exit', (code) => (code === 0 && answer ? resolve(answer) : reject(new Error(`The worker ${args[0]} ended with ${code}.`))));
  });
}

function byNumber(a: string, b: string): number {
  return Number(a.slice(4)) - Number(b.slice(4));
}
