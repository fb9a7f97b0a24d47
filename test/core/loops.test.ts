import { expect, test } from 'vitest';
import { send } from '../../src/core/send.ts';
import { info, refusedWithoutEffect, testContext } from './context.ts';

test('a message without references costs no reading', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await send(ctx, info());
  expect(ctx.lists()).toBe(0);
});

test('an answer to the first message of a thread costs no reading of all', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await send(ctx, info({ references: ['msg-001'] }));
  expect(ctx.lists()).toBe(0);
});

test('a reference to nothing is sent with a warning', async () => {
  const ctx = testContext();
  const { message, warnings } = await send(ctx, info({ references: ['msg-0O1', 'msg-0O1'] }));
  expect(message.references).toEqual(['msg-0O1', 'msg-0O1']);
  expect(warnings).toEqual([expect.stringContaining('msg-0O1')]);
});

test('an ACK of an ACK is stopped, other answers to an ACK are not', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await send(ctx, info({ type: 'ACK', from: 'gpt', to: ['claude'], references: ['msg-001'] }));
  const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ type: 'ACK', references: ['msg-001', 'msg-002'] })), 'LOOP_STOPPED');
  expect(error.message).toContain('msg-002');
  expect((await send(ctx, info({ references: ['msg-002'] }))).message.id).toBe('msg-003');
});

test('a thread grows to the depth that is allowed and no further', async () => {
  const ctx = testContext({ maxThreadDepth: 4 });
  for (let n = 1; n <= 4; n += 1) await send(ctx, info({ references: n === 1 ? [] : [`msg-00${n - 1}`] }));
  const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ references: ['msg-004'] })), 'LOOP_STOPPED');
  expect(error.details).toEqual({ depth: 5, max_thread_depth: 4 });
  expect((await send(ctx, info({ references: ['msg-003'] }))).message.id).toBe('msg-005');
});

test('the longest chain counts, also where shortcuts refer to the beginning', async () => {
  const ctx = testContext({ maxThreadDepth: 4 });
  for (let n = 1; n <= 4; n += 1) {
    await send(ctx, info({ references: Array.from({ length: n - 1 }, (_, m) => `msg-00${m + 1}`) }));
  }
  await refusedWithoutEffect(ctx, () => send(ctx, info({ references: ['msg-001', 'msg-004'] })), 'LOOP_STOPPED');
});

test('messages that refer to each other in a circle do not hang it', async () => {
  const ctx = testContext();
  // Ids are given in order, so that the first may refer to the second that is yet to come.
  await send(ctx, info({ references: ['msg-002'] }));
  await send(ctx, info({ references: ['msg-001'] }));
  expect((await send(ctx, info({ references: ['msg-002'] }))).message.id).toBe('msg-003');
});

test('a thread of thousands is walked without recursion', async () => {
  const ctx = testContext({ maxThreadDepth: 10 });
  const draft = (n: number) => ({
    timestamp: '2026-01-17T12:00:00Z',
    sender: 'gpt',
    type: 'INFO' as const,
    priority: 'low' as const,
    status: 'PENDING' as const,
    subject: 's',
    content: { details: 'd', context: {}, attachments: [] },
    references: [`msg-${String(n - 1).padStart(3, '0')}`],
    requires_response: false,
  });
  for (let n = 1; n <= 2_000; n += 1) await ctx.store.deliver({ draft: draft(n), recipients: ['claude'] });
  const error = await refusedWithoutEffect(ctx, () => send(ctx, info({ references: ['msg-2000'] })), 'LOOP_STOPPED');
  expect(error.details?.depth).toBe(2_001);
});
