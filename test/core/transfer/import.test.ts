import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Comms, CommsError, openComms } from '../../../src/comms.ts';
import { applyInit, planInit } from '../../../src/workspace/scaffold.ts';
import { setStore } from '../../../src/workspace/store-edit.ts';
import { inboxWith, temporaryDirectory, writeFiles } from '../../workspace/temporary.ts';

type Name = 'files' | 'sqlite';

async function workspace(store: Name = 'files', agents = ['claude', 'gpt']): Promise<Comms> {
  const root = join(temporaryDirectory(), 'agent-comms');
  mkdirSync(root);
  applyInit(planInit({ root, project: root, agents, at: '2026-01-17T12:00:00.000Z' }));
  if (store === 'sqlite') await setStore(root, 'sqlite');
  return openComms({ workspace: root });
}

const say = (comms: Comms, subject: string, change = {}) =>
  comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject, details: 'x', ...change });

async function everything({ store }: Comms) {
  const copies = await store.list({ sections: ['active', 'archived', 'held', 'dead'] });
  return copies.map(({ inbox, section, message }) => ({ inbox, section, message }));
}

async function refusal(promise: Promise<unknown>): Promise<CommsError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CommsError)) throw new Error(`No refusal but ${String(error)}`);
  return error;
}

describe.each(['files', 'sqlite'] as const)('from an export into %s', (store) => {
  test('comes everything as it was, once, and ids go on', async () => {
    const from = await workspace('files', ['claude', 'gpt', 'gemini']);
    for (const subject of ['archived', 'held', 'waits', 'dies'])
      await say(from, subject, { expiresAt: '2099-01-01T00:00:00Z', extra: { own: [1] } });
    await from.complete({ agent: 'gpt', id: 'msg-001' });
    await from.archive();
    await from.claim({ agent: 'gpt', id: 'msg-002' });
    await from.claim({ agent: 'gpt', id: 'msg-004' });
    await from.store.fail({ agent: 'gpt', id: 'msg-004', error: 'No.', reject: true });
    await from.store.subscribe('alerts', 'gpt');
    await from.store.unsubscribe('general', 'claude');
    await from.setPresence('gpt', { status: 'working', currentTask: 'Tests' });
    const directory = join(temporaryDirectory(), 'copy');
    expect(await from.export({ directory })).toMatchObject({ directory, messages: 4 });

    const into = await workspace(store, ['claude', 'gpt', 'gemini']);
    expect(await into.import({ from: directory })).toMatchObject({ imported: 4, skipped: 0, renumbered: [], problems: [] });
    expect(await everything(into)).toEqual(expect.arrayContaining(await everything(from)));
    expect(await into.store.subscriptions()).toEqual(await from.store.subscriptions());
    expect((await into.status()).agents.gpt).toMatchObject({ status: 'working', current_task: 'Tests' });
    expect(await into.import({ from: directory })).toMatchObject({ imported: 0, skipped: 4 });
    expect(await everything(into)).toHaveLength(4);
    expect((await say(into, 'next')).message.id).toBe('msg-005');
    for (const comms of [from, into]) await comms.close();
  });

  test('an id that is taken here is given anew, under nobody else', async () => {
    const from = await workspace();
    const first = await say(from, 'theirs');
    await say(from, 'follows', { references: [first.message.id] });
    const directory = join(temporaryDirectory(), 'copy');
    await from.export({ directory });
    const into = await workspace(store);
    await say(into, 'ours');
    expect((await into.import({ from: directory, dryRun: true })).renumbered).toEqual([{ from: 'msg-001', to: 'msg-003' }]);
    expect(await everything(into)).toHaveLength(1);
    expect(await into.import({ from: directory })).toMatchObject({ imported: 2, renumbered: [{ from: 'msg-001', to: 'msg-003' }] });
    const byId = Object.fromEntries((await everything(into)).map(({ message }) => [message.id, message]));
    expect(Object.keys(byId).sort()).toEqual(['msg-001', 'msg-002', 'msg-003']);
    expect(byId['msg-002']).toMatchObject({ subject: 'follows', references: ['msg-003'] });
    expect(byId['msg-003']).toMatchObject({ subject: 'theirs', uid: first.message.uid, metadata: { original_id: 'msg-001' } });
    expect(await into.import({ from: directory })).toMatchObject({ imported: 0, skipped: 2, renumbered: [] });
    expect((await say(into, 'next')).message.id).toBe('msg-004');
    for (const comms of [from, into]) await comms.close();
  });
});

describe('import', () => {
  test('reads hand-made inboxes without a config.json', async () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'claude-inbox.md': inboxWith('msg-007') });
    const into = await workspace();
    expect(await into.import({ from: root })).toMatchObject({ imported: 1 });
    expect(await everything(into)).toMatchObject([{ inbox: 'claude', section: 'active', message: { id: 'msg-007', status: 'PENDING' } }]);
    expect((await say(into, 'next')).message.id).toBe('msg-008');
    await into.close();
  });

  test.each([
    ['claude-inbox.md', 'claude', 'active'],
    ['notes.md', 'claude', 'active'],
    ['claude-inbox-2026-01.md', 'claude', 'archived'],
    ['dead-letters.md', 'claude', 'dead'],
    ['held.md', 'claude', 'held'],
  ])('reads a single file: %s', async (name, inbox, section) => {
    const root = temporaryDirectory();
    writeFiles(root, { [name]: inboxWith('msg-007') });
    const into = await workspace('sqlite');
    await into.import({ from: join(root, name) });
    expect(await everything(into)).toMatchObject([{ inbox, section, message: { id: 'msg-007' } }]);
    await into.close();
  });

  test('what cannot be read stops everything, with its place, unless it may be left out', async () => {
    const root = temporaryDirectory();
    const text = inboxWith('msg-007').replace('---\n', '```json\n{"id": "msg-008", "sender": \n```\n\n---\n');
    writeFiles(root, { 'claude-inbox.md': text });
    const line = text.slice(0, text.indexOf('msg-008')).split('\n').length;
    const into = await workspace();
    const error = await refusal(into.import({ from: root }));
    expect(error).toMatchObject({ code: 'INVALID_WORKSPACE', exitCode: 6 });
    expect(error.message).toMatch(new RegExp(`claude-inbox\\.md:${line}: BAD_JSON`));
    expect(await everything(into)).toEqual([]);
    const imported = await into.import({ from: root, skipBroken: true });
    expect(imported).toMatchObject({ imported: 1, problems: [{ code: 'BAD_JSON', file: 'claude-inbox.md' }] });
    await into.close();
  });

  test('an inbox of nobody here is refused, or its agent registered', async () => {
    const root = temporaryDirectory();
    writeFiles(root, {
      'claude-inbox.md': inboxWith('msg-007'),
      'mistral-inbox.md': inboxWith('msg-008').replace('"claude"', '"mistral"'),
    });
    const into = await workspace();
    const error = await refusal(into.import({ from: root }));
    expect(error).toMatchObject({ code: 'UNKNOWN_AGENT', details: { agents: ['mistral'] } });
    expect(await everything(into)).toEqual([]);
    expect(await into.import({ from: root, addAgents: true })).toMatchObject({ imported: 2, agents: ['mistral'] });
    expect(JSON.parse(readFileSync(join(into.workspace.root, 'config.json'), 'utf8')).agents).toHaveProperty('mistral');
    await into.close();
  });

  test('a group comes with its members', async () => {
    const root = temporaryDirectory();
    const config = { version: '1.0', agents: { claude: {}, mistral: {} }, groups: { reviewers: { members: ['claude', 'mistral'] } } };
    writeFiles(root, {
      'reviewers-inbox.md': inboxWith('msg-007').replace('"claude"', '"reviewers"'),
      'config.json': JSON.stringify(config),
    });
    const into = await workspace();
    expect(await into.import({ from: root, addAgents: true })).toMatchObject({ imported: 1, agents: ['mistral', 'reviewers'] });
    expect(JSON.parse(readFileSync(join(into.workspace.root, 'config.json'), 'utf8')).groups).toEqual(config.groups);
    await into.close();
    const again = await openComms({ workspace: into.workspace.root });
    expect((await again.claim({ agent: 'mistral' })).message.id).toBe('msg-007');
    await again.close();
  });

  test.each(['nowhere', '.', 'n'.repeat(300)])('says so where there is nothing: %s', async (name) => {
    const into = await workspace();
    expect(await refusal(into.import({ from: join(temporaryDirectory(), name) }))).toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect(await refusal(into.import({ from: into.workspace.root }))).toMatchObject({ code: 'USAGE' });
    await into.close();
  });
});

describe('export', () => {
  test('brings along what somebody appended to a file that was replaced under them', async () => {
    const from = await workspace();
    await say(from, 'one');
    const late = openSync(join(from.workspace.root, 'gpt-inbox.md'), 'a');
    await say(from, 'two');
    writeSync(late, '\n```json\n{"id":"msg-050","sender":"claude","recipient":"gpt","type":"INFO","status":"PENDING"}\n```\n');
    closeSync(late);
    expect(await from.export({ directory: join(temporaryDirectory(), 'copy') })).toMatchObject({ messages: 3 });
    await from.close();
  });

  test('brings an earlier one up to date, and takes away what is gone', async () => {
    const from = await workspace();
    await say(from, 'one');
    const directory = join(temporaryDirectory(), 'copy');
    await from.export({ directory });
    writeFiles(directory, { 'README.md': 'Mine' });
    await from.complete({ agent: 'gpt', id: 'msg-001' });
    await say(from, 'two');
    expect(await from.export({ directory })).toMatchObject({ messages: 2 });
    const copy = await openComms({ workspace: directory });
    expect(await everything(copy)).toEqual(await everything(from));
    expect(readFileSync(join(directory, 'README.md'), 'utf8')).toBe('Mine');
    expect((await copy.check()).problems).toEqual([]);
    for (const comms of [from, copy]) await comms.close();
  });

  test('is a workspace in which ids go on; what was sent there is not written over', async () => {
    const from = await workspace();
    await say(from, 'one');
    const directory = join(temporaryDirectory(), 'copy');
    await from.export({ directory });
    const copy = await openComms({ workspace: directory });
    expect((await say(copy, 'in the copy')).message.id).toBe('msg-002');
    await copy.close();
    expect(await refusal(from.export({ directory }))).toMatchObject({ code: 'REFUSED', details: { ids: ['msg-002'] } });
    expect(await from.export({ directory, force: true })).toMatchObject({ messages: 1 });
    await from.close();
  });

  test('refuses what holds something else', async () => {
    const from = await workspace();
    const other = await workspace();
    const full = temporaryDirectory();
    writeFileSync(join(full, 'notes.txt'), 'Mine');
    expect(await refusal(from.export({ directory: full, force: true }))).toMatchObject({ code: 'USAGE' });
    expect(await refusal(from.export({ directory: join(full, 'notes.txt') }))).toMatchObject({ code: 'USAGE' });
    for (const { workspace } of [from, other]) {
      expect(await refusal(from.export({ directory: workspace.root, force: true }))).toMatchObject({ code: 'WORKSPACE_EXISTS' });
    }
    expect(readFileSync(join(full, 'notes.txt'), 'utf8')).toBe('Mine');
    for (const comms of [from, other]) await comms.close();
  });
});
