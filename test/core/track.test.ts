import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ack, reply } from '../../src/core/answer.ts';
import { send } from '../../src/core/send.ts';
import { track } from '../../src/core/track.ts';
import { CommsError, type ErrorCode } from '../../src/errors.ts';
import { bug, info, refusal, testContext } from './context.ts';
import { filesContext } from './files-context.ts';

test('a copy that is just being moved to the dead letters, and lies in both files, is told of once', async () => {
  const { comms, root, tick } = await filesContext({ version: '1.0', agents: { claude: {}, gpt: {} }, limits: { max_attempts: 1 } });
  await comms.send(bug({ to: ['gpt'] }));
  await comms.claim({ agent: 'gpt', id: 'msg-001' });
  // Where it still lies it is shown as dead already, since its last lease is over.
  tick(86_400_000);
  const inbox = join(root, 'gpt-inbox.md');
  const before = readFileSync(inbox);
  await comms.sweep();
  writeFileSync(inbox, before);
  const { deliveries } = await comms.track({ id: 'msg-001' });
  expect(deliveries).toMatchObject([{ recipient: 'gpt', outcome: 'failed', reason: 'failed', section: 'dead' }]);
});

test('tells of every copy where it stands and what its recipient answered', async () => {
  const ctx = testContext();
  await send(ctx, bug({ to: ['gemini', 'gpt'] }));
  await ctx.store.claim({ agent: 'gpt', id: 'msg-001' });
  await ack(ctx, { id: 'msg-001', from: 'gpt' });
  await ctx.store.complete({ agent: 'gemini', id: 'msg-001', result: 'Nothing to do.' });
  await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Mended.' });
  const { message, deliveries } = await track(ctx, { id: 'msg-001' });
  expect(message.id).toBe('msg-001');
  expect(deliveries).toMatchObject([
    { recipient: 'gemini', outcome: 'delivered', section: 'active', status: 'COMPLETED', result: 'Nothing to do.', replies: [] },
    {
      recipient: 'gpt',
      outcome: 'delivered',
      section: 'active',
      status: 'IN_PROGRESS',
      claimed_by: 'gpt',
      attempts: 1,
      replies: ['msg-002', 'msg-003'],
    },
  ]);
  expect(deliveries[0]?.completed_at).toBe('2026-01-17T12:00:00.000Z');
});

test('says why a message is dead', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await send(ctx, info({ ttlMs: 1_000 }));
  for (let n = 0; n < 3; n += 1) await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'no disk' });
  ctx.tick(2_000);
  expect((await track(ctx, { id: 'msg-001' })).deliveries).toMatchObject([
    { outcome: 'failed', reason: 'failed', section: 'dead', last_error: 'no disk', attempts: 3 },
  ]);
  expect((await track(ctx, { id: 'msg-002' })).deliveries).toMatchObject([{ outcome: 'failed', reason: 'expired', section: 'dead' }]);
});

test('says why a message is blocked', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await ctx.store.block({ agent: 'gpt', id: 'msg-001', reason: 'waits for msg-009' });
  expect((await track(ctx, { id: 'msg-001' })).deliveries).toMatchObject([{ status: 'BLOCKED', blocked_reason: 'waits for msg-009' }]);
});

test('a copy that is gone is told of', async () => {
  const ctx = testContext();
  await send(ctx, info({ to: ['gpt', 'gemini'] }));
  const { find } = ctx.store;
  ctx.store.find = async (id) => (await find(id)).filter(({ inbox }) => inbox === 'gemini');
  expect((await track(ctx, { id: 'msg-001' })).deliveries).toMatchObject([
    { recipient: 'gpt', outcome: 'failed', reason: 'missing', replies: [] },
    { recipient: 'gemini', outcome: 'delivered' },
  ]);
});

test('what was never sent is not found', async () => {
  await refusal(() => track(testContext(), { id: 'msg-001' }), 'MESSAGE_NOT_FOUND');
});

test('what is open in the inbox of somebody who is no longer registered has failed; what was done there has not', async () => {
  const ctx = testContext();
  await send(ctx, info({ to: ['gpt', 'gemini'] }));
  await send(ctx, info());
  await ctx.store.complete({ agent: 'gpt', id: 'msg-002' });
  ctx.workspace.settings.agents.splice(1, 1);
  expect((await track(ctx, { id: 'msg-001' })).deliveries).toMatchObject([
    { recipient: 'gpt', outcome: 'failed', reason: 'unregistered', status: 'PENDING', section: 'active' },
    { recipient: 'gemini', outcome: 'delivered' },
  ]);
  expect((await track(ctx, { id: 'msg-002' })).deliveries).toMatchObject([{ recipient: 'gpt', outcome: 'delivered', status: 'COMPLETED' }]);
  const { find } = ctx.store;
  ctx.store.find = async (id) => (await find(id)).filter(({ inbox }) => inbox === 'gemini');
  expect((await track(ctx, { id: 'msg-001' })).deliveries).toMatchObject([{ recipient: 'gpt', reason: 'unregistered' }, {}]);
});

test('tells where the message lies that it shows', async () => {
  const { comms } = await filesContext();
  await comms.send(info({ to: ['gpt', 'gemini'] }));
  await comms.store.fail({ agent: 'gpt', id: 'msg-001', error: 'no disk', reject: true });
  expect((await comms.track({ id: 'msg-001' })).place).toEqual({ inbox: 'gemini', section: 'active', file: 'gemini-inbox.md' });
  const { place, deliveries } = await comms.track({ id: 'msg-001', agent: 'codex' });
  expect(place).toEqual({ inbox: 'gpt', section: 'dead', file: 'dead-letters.md' });
  expect(deliveries).toMatchObject([{ outcome: 'failed', reason: 'rejected', file: 'dead-letters.md' }, { outcome: 'delivered' }]);
  expect((await comms.thread('msg-001')).places).toEqual([{ inbox: 'gemini', section: 'active', file: 'gemini-inbox.md' }]);
  expect((await comms.search({ text: 'something', agent: 'gpt' })).places).toEqual([place]);
});

describe('one of three recipients whose inbox cannot be written', () => {
  const everybody = info({ to: ['gpt', 'gemini', 'mistral'] });
  const nobodyGot = 'Nothing was delivered, neither to gpt nor to gemini nor to mistral.';
  const spoilt: [what: string, code: ErrorCode, spoil: (file: string) => void][] = [
    ['a link out of the workspace', 'UNSAFE_PATH', (file) => symlinkSync('/dev/null', file)],
    ['a directory', 'INVALID_WORKSPACE', (file) => mkdirSync(file)],
  ];

  test.each(spoilt)('%s: nobody gets anything, and the error says so', async (_, code, spoil) => {
    const { comms, root, warnings } = await filesContext();
    const file = join(root, 'gemini-inbox.md');
    rmSync(file);
    spoil(file);
    const before = readFileSync(join(root, 'gpt-inbox.md'), 'utf8');
    const error = await refusal(() => comms.send(everybody), code);
    expect(error.message).toContain(nobodyGot);
    expect(error.details).toMatchObject({ recipients: ['gpt', 'gemini', 'mistral'] });
    expect(readFileSync(join(root, 'gpt-inbox.md'), 'utf8')).toBe(before);
    expect(await comms.store.find('msg-001')).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^Left out: .*gemini-inbox\.md.*"comms doctor" tells more\.$/)]);
    // And once it is mended, everybody.
    rmSync(file, { recursive: true });
    expect((await comms.send(everybody)).deliveries.map(({ outcome }) => outcome)).toEqual(['delivered', 'delivered', 'delivered']);
  });
});

test('of a send that is on disk by half nobody says that it reached nobody', async () => {
  const ctx = testContext();
  const half = new CommsError('IO_ERROR', 'Part of it is on disk.', { details: { unfinished: true } });
  ctx.store.deliver = () => Promise.reject(half);
  await expect(send(ctx, info({ to: ['gpt', 'gemini'] }))).rejects.toBe(half);
});
