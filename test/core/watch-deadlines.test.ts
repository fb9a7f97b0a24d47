import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import type { Overdue } from '../../src/core/requests.ts';
import { send } from '../../src/core/send.ts';
import { watch } from '../../src/core/watch.ts';
import type { MessageFilter } from '../../src/message/filter.ts';
import { bug, type TestContext, testContext } from './context.ts';

const MINUTE = 60_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Lets time pass for timers and for the workspace's clock. */
async function pass(ctx: TestContext, ms: number): Promise<void> {
  ctx.tick(ms);
  await vi.advanceTimersByTimeAsync(ms);
}

/** A watcher that has had its first look. */
async function watching(ctx: TestContext, options: { agent?: string; filter?: MessageFilter } = {}) {
  const told: Overdue[] = [];
  const errors: string[] = [];
  const stop = new AbortController();
  let ended = Promise.resolve();
  await new Promise<void>((resolve) => {
    ended = watch(ctx, {
      ...options,
      signal: stop.signal,
      onEvent(event) {
        if (event.event === 'error') errors.push(event.error);
        if (event.event === 'ready') resolve();
      },
      onOverdue: (one) => told.push(one),
    });
  });
  await vi.advanceTimersByTimeAsync(0);
  return { ids: () => told.map(({ message }) => message.id), told, errors, stop: () => stop.abort(), ended };
}

describe('a watcher of deadlines', () => {
  test('tells right after ready of what is overdue already', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    ctx.tick(2 * MINUTE);
    const { told, stop, ended } = await watching(ctx);
    expect(told).toEqual([
      expect.objectContaining({ inbox: 'gpt', overdue_ms: MINUTE, message: expect.objectContaining({ id: 'msg-001' }) }),
    ]);
    stop();
    await ended;
  });

  test('tells of each once, when its time comes, of those that waited and those that came', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 10 }));
    const { ids, stop } = await watching(ctx);
    await send(ctx, bug({ expectedResponseTime: 5 }));
    await pass(ctx, 5 * MINUTE);
    expect(ids()).toEqual([]);
    await pass(ctx, 10);
    expect(ids()).toEqual(['msg-002']);
    await pass(ctx, 5 * MINUTE);
    expect(ids()).toEqual(['msg-002', 'msg-001']);
    await pass(ctx, 600 * MINUTE);
    expect(ids()).toHaveLength(2);
    stop();
  });

  test('does not look in between', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 600 }));
    const { stop } = await watching(ctx);
    const before = ctx.lists();
    await pass(ctx, 599 * MINUTE);
    expect(ctx.lists()).toBe(before);
    expect(vi.getTimerCount()).toBe(1);
    stop();
  });

  test('does not tell of what was answered, or is done, in time', async () => {
    const ctx = testContext();
    for (let n = 0; n < 2; n += 1) await send(ctx, bug({ expectedResponseTime: 5 }));
    const { ids, stop } = await watching(ctx);
    await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Here.' });
    await ctx.store.complete({ agent: 'gpt', id: 'msg-002' });
    await pass(ctx, 6 * MINUTE);
    expect(ids()).toEqual([]);
    stop();
  });

  test('only of what is watched, and passes the filter', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    await send(ctx, bug({ to: ['gemini'], expectedResponseTime: 1 }));
    await send(ctx, bug({ expectedResponseTime: 1, priority: 'critical' }));
    const [one, filtered] = [await watching(ctx, { agent: 'gpt' }), await watching(ctx, { filter: { priority: ['critical'] } })];
    await pass(ctx, MINUTE + 10);
    expect([one.ids(), filtered.ids()]).toEqual([['msg-001', 'msg-003'], ['msg-003']]);
    one.stop();
    filtered.stop();
  });

  test('leaves no timer behind, and says nothing after the end', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    const { ids, stop, ended } = await watching(ctx);
    stop();
    await ended;
    expect(vi.getTimerCount()).toBe(0);
    await pass(ctx, 5 * MINUTE);
    expect(ids()).toEqual([]);
  });

  test('a look that fails is told, and tried again', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    const list = ctx.store.list;
    const { ids, errors, stop } = await watching(ctx);
    ctx.store.list = async () => {
      throw new Error('the disk is away');
    };
    await pass(ctx, MINUTE + 10);
    expect(errors).toEqual(['Deadlines could not be looked at: the disk is away']);
    ctx.store.list = list;
    await pass(ctx, MINUTE);
    expect(ids()).toEqual(['msg-001']);
    stop();
  });

  test('what is due in a hundred years does not fire at once', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 100 * 365 * 24 * 60 }));
    const { ids, stop } = await watching(ctx);
    const before = ctx.lists();
    await pass(ctx, 10 * 24 * 60 * MINUTE);
    expect([ids(), ctx.lists() - before]).toEqual([[], 0]);
    stop();
  });
});
