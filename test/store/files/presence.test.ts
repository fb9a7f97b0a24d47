import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import { applyInit, planInit } from '../../../src/workspace/scaffold.ts';
import { comms } from '../../cli/harness.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { draftOf } from '../conformance.ts';
import { limitOf } from '../conformance-presence.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

describe('heartbeats', () => {
  test('need no lock: one is given, and seen, while somebody else holds it', async () => {
    const { root, store } = workspace;
    const held = await createLock({ stateDir: path.join(root, '.state') }).acquire();
    try {
      const start = performance.now();
      await store.heartbeat('gpt', { status: 'busy' });
      expect((await workspace.reopen().status()).agents.gpt).toMatchObject({ status: 'busy' });
      expect(await store.rates([limitOf('a', 1)])).toMatchObject([{ tokens: 1 }]);
      expect(performance.now() - start).toBeLessThan(5000);
    } finally {
      await held.release({ recovered: true });
    }
  });

  test('change no file beside .state/, and nothing that git tracks', async () => {
    const directory = temporaryDirectory();
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { cwd: directory }).toString();
    const root = path.join(directory, 'agent-comms');
    applyInit(planInit({ root, project: directory, agents: ['claude', 'gpt'], at: '2026-01-17T12:00:00.000Z' }));
    git('init', '-q');
    expect(
      (await comms(['send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 'x', '--details', 'x'], { cwd: root })).exit,
    ).toBe(0);
    git('add', '-A');
    git('commit', '-qm', 'all');
    expect((await comms(['heartbeat', '--as', 'gpt', '--status', 'busy', '--task', 'x'], { cwd: root })).exit).toBe(0);
    expect((await comms(['agents', 'show', 'gpt'], { cwd: root })).stdout).toContain('task: x');
    expect(git('status', '--porcelain', '--untracked-files=all')).toBe('');
    expect(existsSync(path.join(root, '.state/heartbeats/gpt.json'))).toBe(true);
  });

  test.each(['../gpt', '../../up', 'a/b', '', '.', 'GPT', 'con', 'gpt\0'])('a name such as %j leads nowhere', async (name) => {
    await expect(workspace.store.heartbeat(name, {})).rejects.toMatchObject({ code: 'INVALID_NAME' });
    expect(existsSync(path.join(workspace.root, '.state/heartbeats'))).toBe(false);
  });

  test('are not written through a link that leads out of the workspace', async () => {
    const elsewhere = temporaryDirectory();
    mkdirSync(path.join(workspace.root, '.state'), { recursive: true });
    symlinkSync(elsewhere, path.join(workspace.root, '.state/heartbeats'), 'junction');
    await expect(workspace.store.heartbeat('gpt', {})).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    expect(readdirSync(elsewhere)).toEqual([]);
  });

  test('that cannot be written say so', async () => {
    writeFileSync(path.join(workspace.root, '.state/heartbeats'), 'a file');
    await expect(workspace.store.heartbeat('gpt', {})).rejects.toMatchObject({ name: 'CommsError', code: 'IO_ERROR' });
  });

  test.each(['', '{', '[]', '{"last_heartbeat":"soon"}', '{"last_heartbeat":5}', '{"last_heartbeat":"2026-01-17T12:00:00Z","status":7}'])(
    'one that was written as %j is none, and is replaced by the next',
    async (text) => {
      await workspace.store.heartbeat('gpt', {});
      writeFileSync(path.join(workspace.root, '.state/heartbeats/gpt.json'), text);
      writeFileSync(path.join(workspace.root, '.state/heartbeats/not an agent.json'), text);
      expect(await workspace.store.heartbeats()).toEqual({});
      await workspace.store.heartbeat('gpt', { status: 'busy' });
      expect(await workspace.store.heartbeats()).toMatchObject({ gpt: { status: 'busy' } });
    },
  );
});

describe('buckets', () => {
  const send = (store = workspace.store) =>
    store.deliver({ draft: draftOf(workspace.options), recipients: ['gpt'], limits: [limitOf('sender:claude', 2)] });

  test('are remembered by a store that was opened anew', async () => {
    await send();
    await send(workspace.reopen());
    await expect(send(workspace.reopen())).rejects.toMatchObject({ code: 'RATE_LIMITED' });
    expect(JSON.parse(readFileSync(path.join(workspace.root, '.state/rate-buckets.json'), 'utf8'))).toEqual({
      'sender:claude': { tokens: 0, at: workspace.options.clock() },
    });
  });

  test('that nobody can read are full', async () => {
    await send();
    for (const text of ['', '[]', '{"sender:claude":{"tokens":"many","at":0}}', '{"sender:claude":{"tokens":1e400,"at":0}}']) {
      workspace.write('.state/rate-buckets.json', text);
      expect(await workspace.store.rates([limitOf('sender:claude', 2)])).toMatchObject([{ tokens: 2 }]);
      await send();
    }
  });

  test('are not made by messages without limits', async () => {
    await workspace.send();
    expect(existsSync(path.join(workspace.root, '.state/rate-buckets.json'))).toBe(false);
  });
});
