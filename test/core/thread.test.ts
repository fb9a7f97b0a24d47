import { expect, test } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import { send } from '../../src/core/send.ts';
import { thread } from '../../src/core/thread.ts';
import { info, refusal, testContext } from './context.ts';

const idsOf = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => Number(id.slice(4)));

test('is what refers to each other, in either direction, from wherever one begins', async () => {
  const ctx = testContext();
  await send(ctx, info());
  await send(ctx, info({ subject: 'Else' }));
  await send(ctx, info({ references: ['msg-001'] }));
  await send(ctx, info({ references: ['msg-003'], to: ['gpt', 'gemini'] }));
  for (const id of ['msg-001', 'msg-003', 'msg-004']) expect(idsOf(await thread(ctx, id))).toEqual([1, 3, 4]);
  expect(idsOf(await thread(ctx, 'msg-002'))).toEqual([2]);
});

test('is what shares a correlation id, also where that is the id of the first', async () => {
  const ctx = testContext();
  await send(ctx, info({ correlationId: 'c' }));
  await send(ctx, info({ correlationId: 'c' }));
  await send(ctx, info({ correlationId: 'msg-001' }));
  await send(ctx, info());
  expect(idsOf(await thread(ctx, 'msg-003'))).toEqual([1, 2, 3]);
});

test('has answers, archived and dead ones', async () => {
  const ctx = testContext();
  await send(ctx, info({ type: 'QUERY' }));
  await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Yes.', done: true });
  await ctx.store.archive({});
  for (let n = 0; n < 3; n += 1) await ctx.store.fail({ agent: 'claude', id: 'msg-002', error: 'e' });
  expect(idsOf(await thread(ctx, 'msg-002'))).toEqual([1, 2]);
});

test('is by time, not by id', async () => {
  const ctx = testContext();
  await send(ctx, info());
  ctx.tick(-60_000);
  await send(ctx, info({ references: ['msg-001'] }));
  expect(idsOf(await thread(ctx, 'msg-001'))).toEqual([2, 1]);
});

test('circles end, and what is referred to and missing is told', async () => {
  const ctx = testContext();
  await send(ctx, info({ references: ['msg-002', 'msg-002', 'msg-001'] }));
  await send(ctx, info({ references: ['msg-001', 'msg-900'] }));
  const found = await thread(ctx, 'msg-001');
  expect(idsOf(found)).toEqual([1, 2]);
  expect(found.missing).toEqual(['msg-900']);
});

test('of many messages with one correlation id is found without comparing each with each', async () => {
  const ctx = testContext();
  const list = Array.from({ length: 20_000 }, (_, n) => ({
    inbox: 'gpt',
    section: 'active' as const,
    message: {
      id: `msg-${String(n + 1).padStart(3, '0')}`,
      timestamp: new Date(n).toISOString(),
      sender: 'claude',
      recipient: 'gpt',
      type: 'INFO' as const,
      priority: 'low' as const,
      status: 'PENDING' as const,
      subject: 's',
      content: { details: 'd', context: {}, attachments: [] },
      references: n === 0 ? [] : [`msg-${String(n).padStart(3, '0')}`, 'msg-001'],
      requires_response: false,
      correlation_id: 'c',
    },
  }));
  ctx.store.list = async () => list;
  const begun = performance.now();
  expect((await thread(ctx, 'msg-001')).messages).toHaveLength(20_000);
  expect(performance.now() - begun).toBeLessThan(3_000);
});

test('of nothing is not found', async () => {
  await refusal(() => thread(testContext(), 'msg-001'), 'MESSAGE_NOT_FOUND');
});
