import { execFileSync } from 'node:child_process';
import { closeSync, lstatSync, mkdirSync, openSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

let workspace: TestWorkspace;
beforeEach(async () => {
  workspace = await testWorkspace();
});
afterEach(() => workspace.dispose());

const codes = async () => (await workspace.store.check()).problems.map(({ code }) => code).sort();

describe('an old copy of an inbox saved over a newer one', () => {
  /** An agent reads, others send three messages and finish one, then the agent saves its copy with an edit of its own. */
  async function carelessSave(): Promise<void> {
    for (let n = 0; n < 3; n++) await workspace.send();
    const copy = workspace.read('gpt-inbox.md');
    for (let n = 0; n < 3; n++) await workspace.send();
    await workspace.store.claim({ agent: 'gpt', id: 'msg-001' });
    await workspace.store.complete({ agent: 'gpt', id: 'msg-001', result: 'done' });
    const parts = copy.split('"PENDING"');
    workspace.write('gpt-inbox.md', `${parts[0]}"PENDING"${parts[1]}"BLOCKED"${parts[2]}"PENDING"${parts[3]}`);
  }

  test('is noticed, with every message that vanished and every state that went back', async () => {
    await carelessSave();
    expect(await codes()).toEqual(['REGRESSED', 'STATUS_WRONG', 'VANISHED', 'VANISHED', 'VANISHED']);
  });

  test('--fix brings all of it back, and what the agent itself changed stays', async () => {
    await carelessSave();
    const { problems } = await workspace.store.check({ fix: true });
    expect(problems).toEqual([]);
    const states = (await workspace.store.list({ inboxes: ['gpt'] })).map(({ message }) => `${message.id} ${message.status}`);
    expect(states.sort()).toEqual([
      'msg-001 COMPLETED',
      'msg-002 BLOCKED',
      'msg-003 PENDING',
      'msg-004 PENDING',
      'msg-005 PENDING',
      'msg-006 PENDING',
    ]);
  });

  test('is still noticed after other writes, and ids are not given again', async () => {
    await carelessSave();
    expect(await workspace.send()).toBe('msg-007');
    expect(await codes()).toEqual(['REGRESSED', 'VANISHED', 'VANISHED', 'VANISHED']);
    await workspace.store.check({ fix: true });
    expect(await workspace.store.list({ inboxes: ['gpt'] })).toHaveLength(7);
  });

  test('--accept lets go of what vanished', async () => {
    await carelessSave();
    const { problems } = await workspace.store.check({ accept: true });
    expect(problems).toEqual([]);
    expect((await workspace.store.list({ inboxes: ['gpt'] })).map(({ message }) => `${message.id} ${message.status}`)).toEqual([
      'msg-001 PENDING',
      'msg-002 BLOCKED',
      'msg-003 PENDING',
    ]);
    expect(await codes()).toEqual([]);
  });

  test('a message that was moved by hand to the archive has not vanished', async () => {
    await workspace.send({ status: 'COMPLETED' });
    const text = workspace.read('gpt-inbox.md');
    const start = text.indexOf('### Message');
    const end = text.indexOf('---', start);
    workspace.write('gpt-inbox.md', `${text.slice(0, start)}${text.slice(end)}\n${text.slice(start, end)}`);
    expect((await workspace.store.find('msg-001'))[0]?.section).toBe('archived');
    await workspace.store.sweep();
    expect(await codes()).toEqual([]);
  });

  test('the whole inbox deleted comes back', async () => {
    await workspace.send();
    rmSync(path.join(workspace.root, 'gpt-inbox.md'));
    expect(await codes()).toContain('VANISHED');
    await workspace.store.check({ fix: true });
    expect(await workspace.store.list({ inboxes: ['gpt'] })).toHaveLength(1);
  });
});

describe('git', () => {
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd: workspace.root, stdio: 'pipe' });

  test('what a checkout or reset took away has not vanished; what was saved over after a commit has', async () => {
    workspace.write('.gitignore', '.state/\n');
    git('init', '-q', '-b', 'main');
    workspace = await reopened();
    await workspace.send();
    git('add', '-A');
    git('commit', '-qm', 'one');
    await workspace.send();
    git('add', '-A');
    git('commit', '-qm', 'two');
    const committed = workspace.read('gpt-inbox.md');
    git('reset', '-q', '--hard', 'HEAD~1');
    expect((await codes()).filter((code) => code !== 'STATUS_WRONG')).toEqual([]);
    await workspace.store.check({ fix: true });
    expect(await workspace.store.find('msg-002')).toEqual([]);
    expect(await codes()).toEqual([]);

    const id = await workspace.send();
    git('add', '-A');
    git('commit', '-qm', 'three');
    workspace.write('gpt-inbox.md', committed.slice(0, committed.indexOf('### Message')));
    expect((await workspace.store.check()).problems.map(({ message }) => message).join()).toContain(id);
  });

  test('refs that git packs are no move: what is saved over then has vanished', async () => {
    workspace.write('.gitignore', '.state/\n');
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'one');
    workspace = await reopened();
    const before = workspace.read('gpt-inbox.md');
    const id = await workspace.send();
    git('pack-refs', '--all');
    workspace.write('gpt-inbox.md', before);
    expect((await workspace.store.check()).problems.map(({ message }) => message).join()).toContain(id);
  });

  async function reopened(): Promise<TestWorkspace> {
    const store = workspace.reopen();
    return {
      ...workspace,
      store,
      send: async () =>
        (await store.deliver({ draft: (await import('../conformance.ts')).draftOf(workspace.options), recipients: ['gpt'] })).message.id,
    };
  }
});

test('what is appended to an inode that was replaced meanwhile is carried over', async () => {
  await workspace.send();
  const late = openSync(path.join(workspace.root, 'gpt-inbox.md'), 'a');
  await workspace.send();
  writeSync(
    late,
    '\n### Message: msg-050\n\n```json\n{"id":"msg-050","sender":"claude","recipient":"gpt","type":"INFO","status":"PENDING"}\n```\n',
  );
  closeSync(late);
  expect((await workspace.store.list({ inboxes: ['gpt'] })).map(({ message }) => message.id).sort()).toEqual([
    'msg-001',
    'msg-002',
    'msg-050',
  ]);
  expect(await workspace.send()).toBe('msg-051');
  expect((await workspace.reopen().list({ inboxes: ['gpt'] })).filter(({ message }) => message.id === 'msg-050')).toHaveLength(1);
});

test('what somebody puts among the inodes that were replaced is none of them', async () => {
  await workspace.send();
  const stranger = path.join(workspace.root, '.state/replaced/gpt-inbox.md.0.9999999999999.1');
  mkdirSync(stranger, { recursive: true });
  symlinkSync(path.join(workspace.root, 'gpt-inbox.md'), `${stranger}000001`);
  expect(await workspace.send()).toBe('msg-002');
  expect(await workspace.store.list({ inboxes: ['gpt'] })).toHaveLength(2);
  expect([lstatSync(stranger).isDirectory(), lstatSync(`${stranger}000001`).isSymbolicLink()]).toEqual([true, true]);
});

test('what was put away into archive/ has not vanished', async () => {
  for (let n = 0; n < 3; n++) await workspace.store.complete({ agent: 'gpt', id: await workspace.send() });
  await workspace.store.archive({ rotate: true });
  expect(await codes()).toEqual([]);
  await workspace.store.check({ fix: true });
  expect(await workspace.store.find('msg-002')).toMatchObject([
    { section: 'archived', file: expect.stringMatching(/^archive\/gpt-inbox-/) },
  ]);
});

test('a tail is carried over once, also when the process dies before it has said so', async () => {
  await workspace.send();
  const late = openSync(path.join(workspace.root, 'gpt-inbox.md'), 'a');
  await workspace.send();
  writeSync(late, '\n```json\n{"id":"msg-050","sender":"claude","recipient":"gpt","type":"INFO","status":"PENDING"}\n```\n');
  closeSync(late);
  const aboutReplaced = (file: unknown) => {
    if (String(file).includes(`${path.sep}replaced${path.sep}`)) throw new Error('killed');
  };
  const dying: FileSystem = {
    ...nodeFileSystem,
    unlinkSync: (file) => {
      aboutReplaced(file);
      nodeFileSystem.unlinkSync(file);
    },
    renameSync: (from, to) => {
      aboutReplaced(from);
      nodeFileSystem.renameSync(from, to);
    },
  };
  await expect(workspace.reopen(dying).sweep()).rejects.toThrow('killed');
  await workspace.store.sweep();
  expect((await workspace.store.list({ inboxes: ['gpt'] })).map(({ message }) => message.id)).toEqual(['msg-001', 'msg-002', 'msg-050']);
});

test('an idempotency key is known from the journal when its message has vanished', async () => {
  const id = await workspace.send({ idempotency_key: 'k1' });
  workspace.write('gpt-inbox.md', '# Gone\n');
  expect(await workspace.send({ idempotency_key: 'k1' })).toBe(id);
});
