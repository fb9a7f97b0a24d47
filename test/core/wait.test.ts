import { beforeEach, describe, expect, test } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import type { WaitRequest } from '../../src/core/requests.ts';
import { send } from '../../src/core/send.ts';
import { wait } from '../../src/core/wait.ts';
import { bug, info, refusal, sendToGroup, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(() => {
  ctx = testContext();
});

/** Bounded, so that a wait that misses its message fails instead of hanging. */
const waited = (request: Partial<WaitRequest> = {}) => wait(ctx, { agent: 'gpt', timeoutMs: 2_000, ...request });
/** The same without a timeout, at whose end it would look once more. */
const woken = (request: Partial<WaitRequest> = {}) => {
  const signal = AbortSignal.timeout(2_000);
  return wait(ctx, { agent: 'gpt', ...request, signal });
};
/** Lets a wait that has begun get as far as it can. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

describe('what waits already', () => {
  test('is answered at once, the most urgent first, and left where it is', async () => {
    await send(ctx, info());
    await send(ctx, bug({ priority: 'critical' }));
    expect((await waited({ agent: 'codex', timeoutMs: 0 })).id).toBe('msg-002');
    expect((await ctx.store.find('msg-002'))[0]?.message.status).toBe('PENDING');
  });

  test('is claimed where that was asked for', async () => {
    await send(ctx, info());
    expect(await waited({ claim: true })).toMatchObject({ id: 'msg-001', status: 'IN_PROGRESS', delivery: { claimed_by: 'gpt' } });
  });

  test.each([
    ['of another type', { type: 'QUERY' }],
    ['of another correlation id', { correlationId: 'c' }],
    ['for somebody else', { agent: 'gemini' }],
  ])('%s is passed over', async (_, request) => {
    await send(ctx, info());
    await refusal(() => waited({ ...request, timeoutMs: 5 }), 'TIMEOUT');
  });

  test('and is being worked on is passed over', async () => {
    await send(ctx, info());
    await ctx.store.claim({ agent: 'gpt' });
    await refusal(() => waited({ timeoutMs: 5 }), 'TIMEOUT');
  });
});

test('what lies in the inbox of a group counts for each member', async () => {
  ctx = testContext({ groups: { reviewers: ['gpt'] } });
  const arriving = woken({ claim: true });
  await settle();
  await sendToGroup(ctx, 'reviewers', info());
  expect(await arriving).toMatchObject({ id: 'msg-001', recipient: 'reviewers', delivery: { claimed_by: 'gpt' } });
  await sendToGroup(ctx, 'reviewers', info());
  expect((await waited()).id).toBe('msg-002');
  await refusal(() => waited({ agent: 'claude', timeoutMs: 5 }), 'TIMEOUT');
});

describe('what arrives', () => {
  test('wakes it', async () => {
    const message = waited({ type: 'BUG_REPORT' });
    await settle();
    await send(ctx, info());
    await send(ctx, bug());
    expect((await message).id).toBe('msg-002');
  });

  test('wakes it when it is released', async () => {
    await send(ctx, info());
    await ctx.store.claim({ agent: 'gpt' });
    const message = waited();
    await settle();
    await ctx.store.release({ agent: 'gpt', id: 'msg-001' });
    expect((await message).id).toBe('msg-001');
  });

  test('goes to one of two that claim', async () => {
    const both = [waited({ claim: true }), waited({ claim: true })];
    await settle();
    await send(ctx, info());
    await settle();
    await send(ctx, info());
    expect((await Promise.all(both)).map(({ id }) => id).sort()).toEqual(['msg-001', 'msg-002']);
  });

  test('counts once its back-off is over, though nobody writes anything then', async () => {
    await send(ctx, info());
    await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'e' });
    await refusal(() => waited({ timeoutMs: 5 }), 'TIMEOUT');
    ctx.tick(990);
    const message = woken({ claim: true });
    await settle();
    ctx.tick(20);
    expect((await message).id).toBe('msg-001');
  });

  test('counts once the lease of another ran out', async () => {
    await send(ctx, info());
    await ctx.store.claim({ agent: 'gpt', leaseMs: 20 });
    const message = woken();
    await settle();
    ctx.tick(30);
    expect((await message).id).toBe('msg-001');
  });
});

describe('for an answer', () => {
  test('takes what refers to the message', async () => {
    await send(ctx, info({ type: 'QUERY' }));
    await send(ctx, info({ from: 'gpt', to: ['claude'] }));
    const message = waited({ agent: 'claude', for: 'msg-001' });
    await settle();
    await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Yes.' });
    expect((await message).id).toBe('msg-003');
  });

  test('takes what shares the correlation id without referring to it', async () => {
    await send(ctx, info({ type: 'QUERY', correlationId: 'c' }));
    const message = waited({ agent: 'claude', for: 'msg-001' });
    await settle();
    await send(ctx, info({ from: 'gpt', to: ['claude'], correlationId: 'c' }));
    expect((await message).id).toBe('msg-002');
  });

  test('does not take the question that the message itself answers', async () => {
    await send(ctx, info({ type: 'QUERY', from: 'gpt', to: ['claude'], correlationId: 'c' }));
    await reply(ctx, { id: 'msg-001', from: 'claude', details: 'Which?' });
    await refusal(() => waited({ agent: 'claude', for: 'msg-002', timeoutMs: 5 }), 'TIMEOUT');
  });

  test('does not take what was said before', async () => {
    await send(ctx, info({ from: 'gemini', to: ['claude'], correlationId: 'c' }));
    ctx.tick(10);
    await send(ctx, info({ type: 'QUERY', correlationId: 'c' }));
    await refusal(() => waited({ agent: 'claude', for: 'msg-002', timeoutMs: 5 }), 'TIMEOUT');
  });

  test('to nothing is not found', async () => {
    await refusal(() => waited({ for: 'msg-009' }), 'MESSAGE_NOT_FOUND');
  });
});

test('nothing arrives: the error says within what, and what next', async () => {
  const error = await refusal(() => waited({ timeoutMs: 5 }), 'TIMEOUT');
  expect(error.message).toContain('0.005 s');
  expect(error.hint).toContain('comms inbox --as gpt');
  expect(error.exitCode).toBe(4);
});

test('an unknown agent is refused', async () => {
  await refusal(() => waited({ agent: 'gtp' }), 'UNKNOWN_AGENT');
});

test('an abort ends it with its reason, before and while it waits', async () => {
  await expect(waited({ signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
  const stop = new AbortController();
  const message = waited({ signal: stop.signal });
  await settle();
  stop.abort(new Error('late'));
  await expect(message).rejects.toThrow('late');
});

test('a watch that fails ends it, and every end stops the watch', async () => {
  const signals: AbortSignal[] = [];
  const { watch } = ctx.store;
  ctx.store.watch = (options) => {
    signals.push(options.signal);
    return watch(options);
  };
  await refusal(() => waited({ timeoutMs: 1 }), 'TIMEOUT');
  const message = waited();
  await settle();
  await send(ctx, info());
  await message;
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  ctx.store.watch = async () => {
    throw new Error('no watching here');
  };
  await expect(waited({ agent: 'claude' })).rejects.toThrow('no watching here');
});
