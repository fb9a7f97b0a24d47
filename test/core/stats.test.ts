import { describe, expect, test } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import type { TrafficPort } from '../../src/core/context.ts';
import { send } from '../../src/core/send.ts';
import { report, stats } from '../../src/core/stats.ts';
import type { TrafficEntry } from '../../src/orchestrator/traffic/entry.ts';
import { entry, finding, many } from '../orchestrator/traffic.ts';
import { bug, info, refusal, START, testContext } from './context.ts';

const MINUTE = 60_000;

/** A log that holds these lines. */
function logOf(entries: TrafficEntry[]): TrafficPort {
  return { append: async () => undefined, read: async () => entries };
}

describe('stats', () => {
  test('are taken of every section and of the log', async () => {
    const at = new Date(START).toISOString();
    const ctx = testContext({}, { traffic: logOf([entry({ at }), entry({ at, event: 'refused', ...finding('RATE_LIMITED') })]) });
    await send(ctx, bug());
    await send(ctx, info());
    ctx.tick(4 * MINUTE);
    await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Fixed.', done: true });
    await ctx.store.archive({});
    await ctx.store.fail({ agent: 'gpt', id: 'msg-002', error: 'no', reject: true });
    expect(await stats(ctx)).toMatchObject({
      total_messages: 3,
      average_response_time: 4,
      outcomes: { succeeded: 1, failed: 1, open: 1 },
      dead_letters: { by_reason: { rejected: 1 } },
      refused: { by_code: { RATE_LIMITED: 1 } },
      conflicts: { checked: 2 },
    });
  });

  test('of the last minutes, and of one agent by its alias', async () => {
    const ctx = testContext();
    await send(ctx, info());
    ctx.tick(10 * MINUTE);
    await send(ctx, info({ to: ['gemini'] }));
    expect((await stats(ctx, { sinceMs: 5 * MINUTE })).messages_by_agent).toMatchObject({ gpt: { received: 0 }, gemini: { received: 1 } });
    expect(await stats(ctx, { agent: 'codex' })).toMatchObject({ total_messages: 1 });
    await refusal(() => stats(ctx, { agent: 'nobody' }), 'UNKNOWN_AGENT');
  });

  test('without a log there is nothing to tell of it', async () => {
    expect(await stats(testContext())).toMatchObject({ conflict_rate: null, refused: { messages: 0 } });
  });
});

test('a report has the figures, insights and recommendations', async () => {
  const at = new Date(START).toISOString();
  const ctx = testContext({}, { traffic: logOf(many(9, () => entry({ at, event: 'refused', ...finding('RATE_LIMITED') }))) });
  const { summary, insights, recommendations } = await report(ctx);
  expect(summary).toEqual(await stats(ctx));
  expect(insights.map(({ code }) => code)).toEqual(['rate_limit_refuses']);
  expect(recommendations.map(({ code, because }) => [code, because])).toEqual([['adjust_rate_limit', 'rate_limit_refuses']]);
  ctx.tick(MINUTE);
  expect((await report(ctx, { sinceMs: 1000 })).insights).toEqual([]);
});
