import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { openComms } from '../src/comms.ts';
import type { Comms } from '../src/core/api.ts';
import { applyInit, planInit } from '../src/workspace/scaffold.ts';
import { temporaryDirectory } from './workspace/temporary.ts';

/** Leases between real processes: one is stopped for longer than its lease, another takes over, the first goes on. */

const LEASE_MS = 1_000;
const LIBRARY = pathToFileURL(path.join(import.meta.dirname, '../dist/index.js')).href;

/** Claims, says so, and does with each line of stdin what it says: a verb of the holder. Its answers are lines, too. */
const HOLDER = `
import { createInterface } from 'node:readline';
import { openComms } from ${JSON.stringify(LIBRARY)};
const [workspace, withToken] = process.argv.slice(1);
const comms = await openComms({ workspace });
const { message } = await comms.claim({ agent: 'gpt', leaseMs: ${LEASE_MS} });
const token = withToken === 'token' ? message.delivery.lease_token : undefined;
console.log('claimed ' + message.id);
for await (const verb of createInterface({ input: process.stdin })) {
  const request = { agent: 'gpt', id: message.id, token, error: 'x', reason: 'x' };
  console.log(await comms[verb](request).then(() => 'done', (error) => error.code));
}
await comms.close();
`;

const running: ChildProcess[] = [];
afterEach(async () => {
  for (const child of running.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
});

function holder(root: string, token: boolean) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLDER, root, token ? 'token' : 'name'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    line: async () => String((await lines.next()).value),
    say: (verb: string) => child.stdin.write(`${verb}\n`),
    signal: (name: NodeJS.Signals) => child.kill(name),
  };
}

async function workspace(store: 'files' | 'sqlite'): Promise<{ root: string; comms: Comms }> {
  const project = temporaryDirectory();
  const plan = planInit({
    root: path.join(project, 'agent-comms'),
    project,
    agents: ['claude', 'gpt'],
    store,
    at: new Date().toISOString(),
  });
  applyInit(plan);
  const comms = await openComms({ workspace: plan.root });
  await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject: 'Work', details: 'x' });
  return { root: plan.root, comms };
}

const waiting = (comms: Comms) =>
  expect.poll(async () => (await comms.read({ id: 'msg-001' })).message.status, { timeout: 20_000, interval: 20 }).toBe('PENDING');

describe.skipIf(process.platform === 'win32').each(['files', 'sqlite'] as const)(
  '%s: a process that was stopped for longer than its lease',
  (store) => {
    test.each([true, false])('is refused, whatever it then does (token shown: %s)', { timeout: 60_000 }, async (token) => {
      const { root, comms } = await workspace(store);
      const late = holder(root, token);
      expect(await late.line()).toBe('claimed msg-001');
      late.signal('SIGSTOP');
      await waiting(comms);
      for (const verb of ['complete', 'fail', 'extend', 'release', 'block']) late.say(verb);
      if (token) {
        // Another process under the same name has it now: only the token tells them apart.
        await comms.claim({ agent: 'gpt', id: 'msg-001', leaseMs: 60_000 });
      }
      late.signal('SIGCONT');
      for (let n = 0; n < 5; n++) expect(await late.line()).toBe('LEASE_LOST');
      const { message } = await comms.read({ id: 'msg-001' });
      expect(message.status).toBe(token ? 'IN_PROGRESS' : 'PENDING');
      expect(message.delivery?.attempts).toBe(token ? 2 : 1);
      await comms.close();
    });

    test.each([
      ['a list shows it', async (comms: Comms) => (await comms.inbox({ agent: 'gpt' })).messages[0]?.status === 'PENDING'],
      ['the next claim gives it', async (comms: Comms) => (await comms.claim({ agent: 'gpt' })).message.delivery?.attempts === 2],
      [
        'a sweep writes it down',
        async (comms: Comms) => (await comms.sweep()).leases.length === 1 && (await comms.sweep()).leases.length === 0,
      ],
    ])('gives the message back when it dies: %s', { timeout: 60_000 }, async (_, returned) => {
      const { root, comms } = await workspace(store);
      const dead = holder(root, true);
      expect(await dead.line()).toBe('claimed msg-001');
      await expect(comms.claim({ agent: 'gpt' })).rejects.toMatchObject({ code: 'NOTHING_TO_CLAIM' });
      dead.signal('SIGKILL');
      await waiting(comms);
      expect(await returned(comms)).toBe(true);
      await comms.close();
    });
  },
);
