import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll, describe, expect, test } from 'vitest';
import { bundleWorker } from '../../bundle-worker.ts';
import { testDatabase } from './database.ts';

const here = import.meta.dirname;
/** Not elsewhere, so that it finds better-sqlite3. */
const built = path.join(here, '../../../dist/test');
const worker = path.join(built, `worker-${process.pid}.mjs`);

beforeAll(async () => {
  mkdirSync(built, { recursive: true });
  await bundleWorker(path.join(here, 'worker.ts'), worker);
  return () => rmSync(built, { recursive: true, force: true });
});

interface Worker {
  child: ChildProcess;
  lines: string[];
  /** Resolves once so many lines were said. */
  said(count: number): Promise<void>;
  ended: Promise<number | null>;
}

function start(root: string, ...args: string[]): Worker {
  const child = spawn(process.execPath, [worker, root, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push(line);
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = (count: number) =>
    new Promise<void>((resolve, reject) => {
      const look = () => lines.length >= count && resolve();
      waiting.add(look);
      ended.then(() => (lines.length >= count ? resolve() : reject(new Error(`It ended after ${lines.length} lines.`))));
      look();
    });
  return { child, lines, said, ended };
}

describe('several processes on one database', () => {
  test('8 that send 50 each, and one that handles them: none lost, none doubled, none refused', async () => {
    const { root, store, select } = await testDatabase();
    const handler = start(root, 'handle', 'gpt', '400');
    const senders = Array.from({ length: 8 }, (_, n) => start(root, 'send', `s${n}`, '50'));
    expect(await Promise.all(senders.map(({ ended }) => ended))).toEqual(Array(8).fill(0));
    expect(await handler.ended).toBe(0);
    const ids = senders.flatMap(({ lines }) => lines);
    expect(new Set(ids).size).toBe(400);
    expect([...handler.lines].sort()).toEqual([...ids].sort());
    expect(select('SELECT COUNT(*) AS copies FROM messages')).toEqual([{ copies: 480 }]);
    expect((await store.status()).last_message_id).toBe('msg-400');
    expect((await store.status()).agents).toMatchObject({
      gpt: { messages_pending: 0, messages_processed: 400 },
      gemini: { messages_pending: 80, messages_processed: 0 },
    });
    expect((await store.check()).problems).toEqual([]);
  }, 120_000);

  test('one that is killed while it writes loses nothing that it acknowledged, and leaves a sound database', async () => {
    const { root, store } = await testDatabase();
    const acknowledged: string[] = [];
    for (let round = 0; round < 8; round++) {
      const sender = start(root, 'send', `r${round}`, '100000');
      await sender.said(30 + round * 17);
      sender.child.kill('SIGKILL');
      await sender.ended;
      acknowledged.push(...sender.lines);
    }
    const stored = new Set((await store.list({ inboxes: ['gpt'] })).map(({ message }) => message.id));
    expect(acknowledged.filter((id) => !stored.has(id))).toEqual([]);
    expect(new Set(acknowledged).size).toBe(acknowledged.length);
    // Of a message to two either both copies are there or none.
    const both = (await store.list({ filter: ({ subject }) => Number(subject.split('/')[1]) % 5 === 0 })).map(({ message }) => message.id);
    expect(both.filter((id) => both.filter((other) => other === id).length !== 2)).toEqual([]);
    expect((await store.check()).problems).toEqual([]);
  }, 120_000);

  test('a watcher is told of what another process does, soon', async () => {
    const { root, store, sent } = await testDatabase();
    const watcher = start(root, 'watch', '', '22');
    await watcher.said(1);
    const late: number[] = [];
    for (let n = 0; n < 20; n++) {
      const at = Date.now();
      await sent({ subject: `s${n}` });
      await watcher.said(n + 2);
      const event = JSON.parse(watcher.lines[n + 1] ?? '{}');
      expect([event.event, event.message.subject]).toEqual(['message', `s${n}`]);
      late.push(event.at - at);
    }
    await store.complete({ agent: 'gpt', id: 'msg-001' });
    await watcher.said(22);
    await store.archive({});
    await watcher.said(23);
    expect(watcher.lines.slice(21).map((line) => JSON.parse(line).section)).toEqual(['active', 'archived']);
    expect(await watcher.ended).toBe(0);
    const median = late.sort((a, b) => a - b)[10] ?? 0;
    // Far below the poll: the file system told. The figure itself is measured in bench/.
    expect(median).toBeLessThan(300);
  }, 60_000);
});
