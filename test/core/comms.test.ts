import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Comms, contextFrom, inspectText, openComms } from '../../src/comms.ts';
import { info, refusal } from './context.ts';

let place: string;
let repository: string;
let comms: Comms;

beforeEach(async () => {
  place = realpathSync(mkdtempSync(join(tmpdir(), 'comms-core-')));
  repository = join(place, 'repo');
  mkdirSync(join(repository, 'agent-comms'), { recursive: true });
  mkdirSync(join(repository, '.git'));
  const agents = { claude: {}, gpt: { aliases: ['codex'] } };
  writeFileSync(join(repository, 'agent-comms', 'config.json'), JSON.stringify({ version: '1.0', store: 'memory', agents }));
  comms = await openComms({ cwd: repository, env: {} });
});

afterEach(async () => {
  await comms.close();
  rmSync(place, { recursive: true, force: true });
});

test('a message from its sending to its end, by aliases', async () => {
  const { message } = await comms.send({ ...info({ to: ['codex'] }), type: 'QUERY' });
  expect((await comms.inbox({ agent: 'codex' })).messages).toMatchObject([{ id: 'msg-001' }]);
  expect((await comms.claim({ agent: 'codex' })).message.delivery?.claimed_by).toBe('gpt');
  await comms.extend({ agent: 'codex', id: message.id, leaseMs: 5_000 });
  await comms.release({ agent: 'codex', id: message.id });
  await comms.fail({ agent: 'codex', id: message.id, error: 'e' });
  await comms.block({ agent: 'codex', id: message.id, reason: 'r' });
  await comms.unblock({ agent: 'codex', id: message.id });
  const answer = await comms.reply({ id: message.id, from: 'codex', details: 'Yes.', done: true });
  expect((await comms.wait({ agent: 'claude', for: message.id, timeoutMs: 1_000 })).id).toBe(answer.message.id);
  await comms.ack({ id: answer.message.id, from: 'claude' });
  await comms.complete({ agent: 'claude', id: answer.message.id, result: 'Good.' });
  expect((await comms.thread(message.id)).messages.map(({ id }) => id)).toEqual(['msg-001', 'msg-002', 'msg-003']);
  expect((await comms.track({ id: message.id })).deliveries).toMatchObject([
    { recipient: 'gpt', status: 'COMPLETED', replies: ['msg-002'] },
  ]);
  expect((await comms.sent({ agent: 'codex' })).total).toBe(1);
  expect((await comms.search({ text: 'yes' })).total).toBe(1);
  expect((await comms.archive({ agent: 'codex' })).archived).toEqual([{ inbox: 'gpt', id: 'msg-001' }]);
  expect((await comms.read({ id: message.id })).place.section).toBe('archived');
  expect((await comms.setPresence('codex', { status: 'active' })).agents.gpt?.status).toBe('active');
  expect((await comms.agents()).map(({ name }) => name)).toEqual(['claude', 'gpt']);
  expect((await comms.status()).last_message_id).toBe('msg-003');
  expect(await comms.sweep()).toEqual({ leases: [], expired: [], left: 0 });
  expect((await comms.check()).problems).toEqual([]);
});

test('JSON is sent with the warnings of reading and of sending', async () => {
  const message = {
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    status: 'BLOCKED',
    subject: 's',
    content: { details: 'd' },
    references: ['msg-9'],
  };
  const { warnings } = await comms.sendJson(JSON.stringify(message), { from: 'claude' });
  expect(warnings).toEqual([expect.stringContaining('BLOCKED'), expect.stringContaining('msg-9')]);
  expect((await comms.requestFromJson(JSON.stringify(message))).request).toMatchObject({ from: 'claude', to: ['gpt'] });
});

test.each([
  ['claim', () => comms.claim({ agent: 'gtp' })],
  ['complete', () => comms.complete({ agent: 'gtp', id: 'msg-001' })],
  ['fail', () => comms.fail({ agent: 'gtp', id: 'msg-001', error: 'e' })],
  ['release', () => comms.release({ agent: 'gtp', id: 'msg-001' })],
  ['extend', () => comms.extend({ agent: 'gtp', id: 'msg-001' })],
  ['block', () => comms.block({ agent: 'gtp', id: 'msg-001', reason: 'r' })],
  ['unblock', () => comms.unblock({ agent: 'gtp', id: 'msg-001' })],
  ['archive', () => comms.archive({ agent: 'gtp' })],
  ['setPresence', () => comms.setPresence('gtp', {})],
  ['inbox', () => comms.inbox({ agent: 'gtp' })],
  ['sent', () => comms.sent({ agent: 'gtp' })],
  ['search', () => comms.search({ text: 't', agent: 'gtp' })],
  ['read', () => comms.read({ id: 'msg-001', agent: 'gtp' })],
  ['wait', () => comms.wait({ agent: 'gtp' })],
  ['watch', () => comms.watch({ agent: 'gtp', onEvent: () => {}, signal: AbortSignal.abort() })],
  ['reply', () => comms.reply({ id: 'msg-001', from: 'gtp' })],
])('%s for an unknown agent is refused with the nearest one', async (_, act) => {
  expect((await refusal(act, 'UNKNOWN_AGENT')).hint).toContain('gpt');
});

test('a workspace that is open already is not looked for again', async () => {
  const again = await openComms({ cwd: '/', env: {}, workspace: comms.workspace, store: comms.store });
  expect(again.workspace).toBe(comms.workspace);
});

test('the parts that need no workspace', async () => {
  expect(await inspectText('{}')).not.toEqual([]);
  expect(contextFrom(['a=1'])).toEqual({ a: 1 });
});

describe('own types', () => {
  const schemaOf = (text: string) => {
    mkdirSync(join(comms.workspace.root, 'schemas'));
    writeFileSync(join(comms.workspace.root, 'schemas', 'context.query.schema.json'), text);
  };
  const query = () => comms.send(info({ type: 'context.query' }));

  test('are held against the schema in the workspace', async () => {
    schemaOf('{"properties":{"content":{"properties":{"context":{"required":["topic"]}}}}}');
    const error = await refusal(query, 'INVALID_MESSAGE');
    expect(error.message).toContain('/content/context/topic');
  });

  test('are free without one', async () => {
    expect((await query()).message.type).toBe('context.query');
  });

  test('are refused where it is not JSON', async () => {
    schemaOf('{');
    expect((await refusal(query, 'INVALID_CONFIG')).message).toContain('schemas/context.query.schema.json');
  });
});

describe('attached files', () => {
  const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
  const attach = async (...paths: string[]) => (await comms.send(info({ attach: paths }))).message.content.attachments;

  test('in the repository are named by their path in it', async () => {
    mkdirSync(join(repository, 'src'));
    writeFileSync(join(repository, 'src', 'a.txt'), 'hello');
    expect(await attach('src/a.txt')).toEqual([{ path: 'src/a.txt', bytes: 5, sha256: HELLO }]);
  });

  test('outside of it are copied to artifacts, once', async () => {
    writeFileSync(join(place, 'a b.txt'), 'hello');
    const path = `agent-comms/artifacts/${HELLO.slice(0, 12)}-a_b.txt`;
    expect(await attach('../a b.txt')).toEqual([{ path, bytes: 5, sha256: HELLO }]);
    await attach(join(place, 'a b.txt'));
    expect(readFileSync(join(repository, path), 'utf8')).toBe('hello');
    expect(readdirSync(join(comms.workspace.root, 'artifacts'))).toHaveLength(1);
  });

  test('that a link in the repository leads out of it to are copied', async () => {
    writeFileSync(join(place, 'out.txt'), 'hello');
    symlinkSync(join(place, 'out.txt'), join(repository, 'in.txt'));
    expect(await attach('in.txt')).toMatchObject([{ path: `agent-comms/artifacts/${HELLO.slice(0, 12)}-out.txt` }]);
  });

  test('of a linked working tree are named by their path in it', async () => {
    rmSync(join(repository, '.git'), { recursive: true });
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', repository, '-c', 'user.name=t', '-c', 'user.email=t@t', ...args], { stdio: 'pipe' });
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'one');
    git('worktree', 'add', '-q', join(place, 'tree'));
    writeFileSync(join(place, 'tree', 'a.txt'), 'hello');
    expect(await attach(join(place, 'tree', 'a.txt'))).toMatchObject([{ path: 'a.txt' }]);
  });

  test.each([['nothing.txt'], ['.'], ['agent-comms/config.json/x']])('%s is refused and nothing is sent', async (path) => {
    await refusal(() => attach(path), 'FILE_NOT_FOUND');
    expect(await comms.store.list()).toEqual([]);
  });

  test('are not copied through a link', async () => {
    writeFileSync(join(place, 'a.txt'), 'hello');
    mkdirSync(join(place, 'elsewhere'));
    symlinkSync(join(place, 'elsewhere'), join(comms.workspace.root, 'artifacts'));
    await refusal(() => attach('../a.txt'), 'UNSAFE_PATH');
    expect(readdirSync(join(place, 'elsewhere'))).toEqual([]);
    expect(await comms.store.list()).toEqual([]);
  });
});
