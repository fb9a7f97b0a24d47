import { expect, test } from 'vitest';
import { receive } from '../../src/core/receive.ts';
import { send } from '../../src/core/send.ts';
import { everything, info, refusal, sendToGroup, testContext } from './context.ts';

test('what could be claimed, of the own inbox and of those of the groups, in that order; nothing is taken', async () => {
  const ctx = testContext({ groups: { reviewers: ['gpt'] } });
  for (let n = 0; n < 11; n += 1) await send(ctx, info());
  await sendToGroup(ctx, 'reviewers', info({ priority: 'critical', type: 'QUERY' }));
  await ctx.store.claim({ agent: 'gpt', id: 'msg-001' });
  await ctx.store.fail({ agent: 'gpt', id: 'msg-002', error: 'e' });
  const before = await everything(ctx);
  const ids = (await receive(ctx, { agent: 'codex' })).map(({ id }) => id);
  expect(ids).toEqual(['msg-012', ...[3, 4, 5, 6, 7, 8, 9, 10, 11].map((n) => `msg-0${String(n).padStart(2, '0')}`)]);
  expect(await receive(ctx, { agent: 'gpt', limit: 1 })).toMatchObject([{ id: 'msg-012' }]);
  expect(await receive(ctx, { agent: 'gpt', filter: { type: ['query'] } })).toHaveLength(1);
  expect(await everything(ctx)).toEqual(before);
  await refusal(() => receive(ctx, { agent: 'gtp' }), 'UNKNOWN_AGENT');
});
