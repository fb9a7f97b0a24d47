import { expect, test } from 'vitest';
import { ack, reply } from '../../src/core/answer.ts';
import { send } from '../../src/core/send.ts';
import { track } from '../../src/core/track.ts';
import { bug, info, refusal, testContext } from './context.ts';

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
