import { describe, expect, test } from 'vitest';
import { ack, reply } from '../../src/core/answer.ts';
import { handleMessages } from '../../src/core/handle.ts';
import { limitsFor } from '../../src/core/rate-limits.ts';
import { preview, send } from '../../src/core/send.ts';
import type { CommsError } from '../../src/errors.ts';
import type { RateLimits } from '../../src/workspace/workspace.ts';
import { everything, info, refusal, refusedWithoutEffect, testContext } from './context.ts';

/** So many at once, and one more a minute. */
const rate = (capacity: number) => ({ capacity, refillPerMs: 1 / 60_000 });
const limited = (rateLimits: Partial<RateLimits>) => testContext({ rateLimits: { agents: {}, ...rateLimits } });

describe('which buckets a message takes a token from', () => {
  test.each<[string, Partial<RateLimits>, string[], [key: string, name: string, capacity: number][]]>([
    ['none without limits', {}, ['gpt'], []],
    ['one of its sender', { sender: rate(5) }, ['gpt', 'gemini'], [['sender:claude', 'claude', 5]]],
    [
      'one of each pair',
      { pair: rate(2) },
      ['gpt', 'gemini'],
      [
        ['pair:claude:gpt', 'claude → gpt', 2],
        ['pair:claude:gemini', 'claude → gemini', 2],
      ],
    ],
    ["its sender's own", { sender: rate(5), agents: { claude: rate(9), gpt: rate(1) } }, ['gpt'], [['sender:claude', 'claude', 9]]],
    ['none of another agent', { agents: { gpt: rate(1) } }, ['gpt'], []],
    [
      'both',
      { sender: rate(5), pair: rate(2) },
      ['gpt'],
      [
        ['sender:claude', 'claude', 5],
        ['pair:claude:gpt', 'claude → gpt', 2],
      ],
    ],
  ])('%s', (_, rates, recipients, buckets) => {
    const limits = limitsFor({ agents: {}, ...rates }, 'claude', recipients);
    expect(limits.map(({ key, name, capacity }) => [key, name, capacity])).toEqual(buckets);
    expect(limits.every(({ refillPerMs }) => refillPerMs === 1 / 60_000)).toBe(true);
  });
});

describe('sending', () => {
  test('what is over the limit is refused, and says whose it is and when to try again', async () => {
    const ctx = limited({ sender: rate(2) });
    await send(ctx, info());
    await send(ctx, info({ to: ['gemini'] }));
    const error = await refusedWithoutEffect(ctx, () => send(ctx, info()), 'RATE_LIMITED');
    expect(error).toMatchObject({
      exitCode: 7,
      message: 'The rate limit of claude is reached: the next message may go in 60 s, at 2026-01-17T12:01:00.000Z.',
      hint: expect.stringContaining('--wait'),
      details: { limit: 'claude', retry_after_ms: 60_000, retry_at: '2026-01-17T12:01:00.000Z' },
    });
    await send(ctx, info({ from: 'gpt', to: ['claude'] }));
    ctx.tick(60_000);
    await send(ctx, info());
  });

  test('an alias is no second sender', async () => {
    const ctx = limited({ sender: rate(1) });
    await send(ctx, info({ from: 'codex', to: ['claude'] }));
    await refusal(() => send(ctx, info({ from: 'GPT', to: ['claude'] })), 'RATE_LIMITED');
  });

  test("a full pair does not use up the sender's tokens", async () => {
    const ctx = limited({ sender: rate(3), pair: rate(1) });
    await send(ctx, info());
    for (let n = 0; n < 5; n++) expect((await refusal(() => send(ctx, info()), 'RATE_LIMITED')).details?.limit).toBe('claude → gpt');
    expect(await send(ctx, info({ to: ['gemini'] }))).toMatchObject({ message: { id: 'msg-002' } });
    expect(await send(ctx, info({ to: ['claude'] }))).toMatchObject({ message: { id: 'msg-003' } });
  });

  test('a message to several takes one token of its sender and one of each pair; where one is missing nobody gets it', async () => {
    const ctx = limited({ sender: rate(2), pair: rate(1) });
    await send(ctx, info({ to: 'broadcast' }));
    await refusedWithoutEffect(ctx, () => send(ctx, info({ to: 'broadcast' })), 'RATE_LIMITED');
    await send(ctx, info({ to: ['claude'] }));
    expect((await refusal(() => send(ctx, info({ to: ['claude'] })), 'RATE_LIMITED')).details?.limit).toBe('claude');
  });

  test('a duplicate takes none, also where there is none left', async () => {
    const ctx = limited({ sender: rate(2) });
    for (let n = 0; n < 4; n++) await send(ctx, info({ idempotencyKey: 'k' }));
    await send(ctx, info());
    expect(await send(ctx, info({ idempotencyKey: 'k' }))).toMatchObject({ deliveries: [{ outcome: 'duplicate' }] });
  });

  test('what is not valid takes none', async () => {
    const ctx = limited({ sender: rate(1) });
    await refusal(() => send(ctx, info({ type: 'BUG_REPORT' })), 'INVALID_MESSAGE');
    await refusal(() => send(ctx, info({ to: ['gtp'] })), 'UNKNOWN_AGENT');
    await send(ctx, info());
  });

  test('an answer and an acknowledgement are sent like all else; with `done` the original stays open', async () => {
    const ctx = limited({ agents: { gpt: rate(1) } });
    await send(ctx, info());
    await ack(ctx, { id: 'msg-001', from: 'gpt' });
    await refusedWithoutEffect(ctx, () => ack(ctx, { id: 'msg-001', from: 'gpt' }), 'RATE_LIMITED');
    await refusedWithoutEffect(ctx, () => reply(ctx, { id: 'msg-001', from: 'gpt', details: 'x', done: true }), 'RATE_LIMITED');
  });

  test('a preview takes none, and says what would refuse', async () => {
    const ctx = limited({ sender: rate(1) });
    for (let n = 0; n < 3; n++) expect(await preview(ctx, info())).not.toHaveProperty('limited');
    await send(ctx, info());
    ctx.tick(20_000);
    expect((await preview(ctx, info())).limited).toEqual({
      limit: 'claude',
      capacity: 1,
      tokens: 0,
      retry_after_ms: 40_000,
      retry_at: '2026-01-17T12:01:00.000Z',
    });
  });
});

describe('waiting', () => {
  /** One message at once, and one more every 60 ms, by the clock of this machine. */
  const realTime = () => {
    const ctx = testContext({ rateLimits: { agents: {}, sender: { capacity: 1, refillPerMs: 1 / 60 } } });
    const start = performance.now();
    const tickToNow = () => {
      ctx.tick(Math.floor(performance.now() - start) - ticked);
      ticked = Math.floor(performance.now() - start);
    };
    let ticked = 0;
    const { deliver } = ctx.store;
    let delivers = 0;
    ctx.store.deliver = (request) => {
      tickToNow();
      delivers += 1;
      return deliver(request);
    };
    return { ctx, delivers: () => delivers, elapsed: () => performance.now() - start };
  };

  test('sends once there is a token, without asking in between', async () => {
    const { ctx, delivers, elapsed } = realTime();
    const refusals: CommsError[] = [];
    await send(ctx, info());
    const { message } = await send(ctx, info(), { waitMs: 60_000, onWait: (refusal) => refusals.push(refusal) });
    expect(message.id).toBe('msg-002');
    expect(elapsed()).toBeGreaterThan(55);
    expect(refusals.map(({ details }) => details?.limit)).toEqual(['claude']);
    expect(delivers()).toBeLessThanOrEqual(4);
  });

  test('several that wait all go, one after another', async () => {
    const { ctx, elapsed } = realTime();
    await Promise.all(Array.from({ length: 5 }, () => send(ctx, info(), { waitMs: Number.POSITIVE_INFINITY })));
    expect(await everything(ctx)).toHaveLength(5);
    expect(elapsed()).toBeGreaterThan(4 * 60 - 10);
  });

  test('says at once that it would be in vain, and sends nothing', async () => {
    const ctx = limited({ sender: rate(1) });
    await send(ctx, info());
    const start = performance.now();
    const error = await refusedWithoutEffect(ctx, () => send(ctx, info(), { waitMs: 59_999 }), 'RATE_LIMITED');
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(error.message).toContain('The waiting was to end after 59s.');
    expect(error.details).toMatchObject({ retry_after_ms: 60_000, wait_ms: 59_999 });
  });

  test('ends with its signal, and sends nothing', async () => {
    const ctx = limited({ sender: rate(1) });
    await send(ctx, info());
    const stop = new AbortController();
    const waiting = send(ctx, info(), { waitMs: 90_000, signal: stop.signal, onWait: () => stop.abort('enough') });
    await expect(waiting).rejects.toBe('enough');
    expect(await everything(ctx)).toHaveLength(1);
    ctx.tick(3_600_000);
    await expect(send(ctx, info(), { waitMs: 90_000, signal: stop.signal })).rejects.toBe('enough');
    expect(await everything(ctx)).toHaveLength(1);
  });

  test('an answer waits, too', async () => {
    const { ctx } = realTime();
    await send(ctx, info({ to: ['claude'] }));
    const sent = await reply(ctx, { id: 'msg-001', from: 'claude', details: 'x', done: true }, { waitMs: 60_000 });
    expect(sent.message.id).toBe('msg-002');
    expect((await everything(ctx)).map(({ message }) => message.status)).toEqual(['COMPLETED', 'PENDING']);
  });

  test("a handler's answer waits, and its work is done once", async () => {
    const { ctx } = realTime();
    for (const from of ['gpt', 'gemini']) await send(ctx, info({ from, to: ['claude'] }));
    let calls = 0;
    const handling = handleMessages(ctx, { agent: 'claude', once: true }, () => {
      calls += 1;
      return { details: 'x' };
    });
    expect(await handling.done).toMatchObject({ completed: 2, failed: 0 });
    expect(calls).toBe(2);
  });

  test('where a handler is stopped while its answer waits, the message is given back', async () => {
    const ctx = limited({ agents: { claude: rate(1) } });
    await send(ctx, info());
    await send(ctx, info({ from: 'gpt', to: ['claude'] }));
    const handling = handleMessages(ctx, { agent: 'claude', graceMs: 20 }, () => {
      setTimeout(() => void handling.stop({ timeoutMs: 0 }), 20);
      return { details: 'x' };
    });
    await handling.done.catch(() => undefined);
    expect((await ctx.store.find('msg-002'))[0]?.message).toMatchObject({ status: 'PENDING' });
    expect(await everything(ctx)).toHaveLength(2);
  });

  test('any other refusal is not waited for', async () => {
    await refusal(() => send(testContext(), info({ to: ['gtp'] }), { waitMs: 60_000 }), 'UNKNOWN_AGENT');
  });
});
