import { beforeEach, describe, expect, test } from 'vitest';
import { ack, reply } from '../../src/core/answer.ts';
import { ask, waitForResponse } from '../../src/core/ask.ts';
import type { AskRequest } from '../../src/core/requests.ts';
import { send } from '../../src/core/send.ts';
import { everything, info, refusal, refusedWithoutEffect, sendToGroup, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(() => {
  ctx = testContext();
});

const question = (change: Partial<AskRequest> = {}): AskRequest => ({
  ...info({ type: 'QUERY', subject: 'Which port?', details: 'Which port does the server listen on?' }),
  // Bounded, so that one that misses its answer fails instead of hanging.
  timeoutMs: 2_000,
  ...change,
});
const asking = (change: Partial<AskRequest> = {}) => ask(ctx, question(change));
/** Lets what has begun get as far as it can. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 10));
const answer = (from: string, change = {}) => reply(ctx, { id: 'msg-001', from, details: `${from} says 8080`, done: true, ...change });
const statusOf = async (id: string) => (await ctx.store.find(id))[0]?.message.status;

describe('ask', () => {
  test('sends with a correlation id of its own, waits for the answer, completes it and returns it', async () => {
    const asked = asking();
    await settle();
    await answer('gpt');
    const { message, deliveries, response, responses, warnings } = await asked;
    expect(message).toMatchObject({ id: 'msg-001', sender: 'claude', requires_response: true, correlation_id: expect.stringMatching(/./) });
    expect(message.correlation_id).not.toBe(message.uid);
    expect(response).toMatchObject({ id: 'msg-002', type: 'RESPONSE', status: 'COMPLETED', correlation_id: message.correlation_id });
    expect(responses).toEqual([response]);
    expect(deliveries).toEqual([{ recipient: 'gpt', outcome: 'delivered', response: 'msg-002' }]);
    expect(warnings).toEqual([]);
    expect(await statusOf('msg-002')).toBe('COMPLETED');
  });

  test('misses no answer that is there before it begins to wait', async () => {
    const { deliver } = ctx.store;
    let first = true;
    ctx.store.deliver = async (request) => {
      const delivered = await deliver(request);
      if (first) {
        first = false;
        await answer('gpt');
      }
      return delivered;
    };
    expect((await asking()).response.id).toBe('msg-002');
  });

  test('an own type asks for a response too, and a correlation id that is given stays', async () => {
    const asked = asking({ type: 'context.query', correlationId: 'c-1' });
    await settle();
    await answer('gpt');
    expect((await asked).message).toMatchObject({ requires_response: true, correlation_id: 'c-1' });
  });

  test('only what follows on the question is its answer', async () => {
    await send(ctx, info({ from: 'gpt', to: ['claude'], correlationId: 'c-1' }));
    ctx.tick(10);
    const asked = asking({ correlationId: 'c-1' });
    await settle();
    await send(ctx, info({ from: 'gpt', to: ['claude'] }));
    await ack(ctx, { id: 'msg-002', from: 'gpt' });
    await settle();
    await reply(ctx, { id: 'msg-002', from: 'gpt', details: '8080' });
    expect((await asked).response.id).toBe('msg-005');
    // Told along with the answer.
    expect(await statusOf('msg-004')).toBe('COMPLETED');
    expect(await statusOf('msg-003')).toBe('PENDING');
  });

  test('an agent may ask itself', async () => {
    const asked = asking({ to: ['claude'] });
    await settle();
    await answer('claude');
    expect((await asked).response).toMatchObject({ id: 'msg-002', sender: 'claude' });
  });

  test('the first of several recipients wins; the others stay as they are', async () => {
    const asked = asking({ to: 'broadcast' });
    await settle();
    await answer('gemini');
    const { deliveries } = await asked;
    expect(deliveries).toEqual([
      { recipient: 'gpt', outcome: 'delivered' },
      { recipient: 'gemini', outcome: 'delivered', response: 'msg-002' },
    ]);
    expect((await ctx.store.list({ inboxes: ['gpt'] })).map(({ message }) => message.status)).toEqual(['PENDING']);
  });

  test('several answers are collected, in the order in which they came', async () => {
    const asked = asking({ to: ['gpt', 'gemini'], responses: 2 });
    await settle();
    await answer('gemini', { done: false });
    ctx.tick(1);
    await settle();
    await answer('gpt');
    expect((await asked).responses.map(({ id, sender }) => `${id} ${sender}`)).toEqual(['msg-002 gemini', 'msg-003 gpt']);
    expect([await statusOf('msg-002'), await statusOf('msg-003')]).toEqual(['COMPLETED', 'COMPLETED']);
  });

  test('what is answered in the name of a group names its member', async () => {
    ctx = testContext({ groups: { reviewers: ['gpt', 'gemini'] } });
    const waiting = waitForResponse(ctx, { agent: 'claude', correlationId: 'c-1', timeoutMs: 2_000 });
    await sendToGroup(ctx, 'reviewers', info({ type: 'QUERY', correlationId: 'c-1' }));
    await answer('gemini');
    expect(await waiting).toMatchObject({ sender: 'gemini', recipient: 'claude' });
  });

  test('an answer that another process under the same name took is heard all the same', async () => {
    const asked = asking();
    await settle();
    const { list } = ctx.store;
    const claimed = new Promise<void>((resolve) => {
      ctx.store.list = async (query) => {
        ctx.store.list = list;
        await ctx.store.claim({ agent: 'claude' });
        resolve();
        return list(query);
      };
    });
    await answer('gpt');
    await claimed;
    expect((await asked).response.id).toBe('msg-002');
    expect(await statusOf('msg-002')).toBe('IN_PROGRESS');
  });

  test('again with the same key after a crash goes on waiting for the first, and finds its answer though it was completed', async () => {
    const first = asking({ idempotencyKey: 'k', signal: AbortSignal.timeout(5) });
    await expect(first).rejects.toMatchObject({ name: 'TimeoutError' });
    await answer('gpt');
    for (const _ of [1, 2]) {
      const { deliveries, response } = await asking({ idempotencyKey: 'k' });
      expect(deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate', response: 'msg-002' }]);
      expect(response.id).toBe('msg-002');
    }
  });
});

describe('ask ends without an answer', () => {
  test('when the time is over: the question stays open, and the error says how to go on', async () => {
    const error = await refusal(() => asking({ timeoutMs: 5, correlationId: 'c-1' }), 'TIMEOUT');
    expect(error.exitCode).toBe(4);
    expect(error.message).toContain('msg-001');
    expect(error.hint).toContain('comms wait --as claude --correlation-id c-1');
    expect(error.details).toMatchObject({ id: 'msg-001', correlation_id: 'c-1', responses: [] });
    expect(await statusOf('msg-001')).toBe('PENDING');
  });

  test('with too few answers when the time is over: those that came stay to be found', async () => {
    const asked = asking({ to: 'broadcast', responses: 2, timeoutMs: 100 });
    await settle();
    await answer('gpt');
    const error = await refusal(() => asked, 'TIMEOUT');
    expect(error.message).toContain('Only 1 of 2');
    expect(error.details).toMatchObject({ responses: ['msg-002'] });
    expect(await statusOf('msg-002')).toBe('PENDING');
  });

  test('when it is rejected, or failed for the last time: early, and the bounce is done with', async () => {
    const asked = asking();
    await settle();
    await ctx.store.claim({ agent: 'gpt' });
    await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'no idea', reject: true });
    const error = await refusal(() => asked, 'NO_ANSWER');
    expect(error.exitCode).toBe(4);
    expect(error.message).toBe('Nobody answered msg-001: gpt rejected it (no idea).');
    expect(error.hint).toContain('comms track msg-001');
    expect(error.details).toMatchObject({ deliveries: [{ recipient: 'gpt', outcome: 'failed', reason: 'rejected' }] });
    expect((await ctx.store.list({ inboxes: ['claude'] })).map(({ message }) => message.status)).toEqual(['COMPLETED']);
  });

  test('when it expired, though nobody writes anything then', async () => {
    const asked = asking({ ttlMs: 30 });
    await settle();
    ctx.tick(40);
    expect((await refusal(() => asked, 'NO_ANSWER')).message).toContain('gpt did not take it in time');
  });

  test('when it was completed without one, at once; its result is said', { timeout: 5_000 }, async () => {
    const asked = asking({ timeoutMs: 30_000 });
    await settle();
    await ctx.store.complete({ agent: 'gpt', id: 'msg-001', result: 'it is 8080' });
    expect((await refusal(() => asked, 'NO_ANSWER')).message).toContain('gpt completed it without an answer (it is 8080)');
  });

  test('not where the answer is only not to be seen yet: a store of files shows one after the other', async () => {
    const { list, sweep } = ctx.store;
    let swept = false;
    ctx.store.list = async (query) => (await list(query)).filter(({ inbox }) => swept || inbox !== 'claude');
    ctx.store.sweep = (request) => {
      swept = true;
      return sweep(request);
    };
    const asked = asking();
    await settle();
    await answer('gpt');
    expect((await asked).response.id).toBe('msg-002');
  });

  test('not while one of several may still answer', async () => {
    const asked = asking({ to: ['gpt', 'gemini'] });
    await settle();
    await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'no', reject: true });
    await settle();
    await answer('gemini');
    expect((await asked).response.sender).toBe('gemini');
  });

  test('with what there is, and a warning, when nobody is left for the rest', async () => {
    const asked = asking({ to: ['gpt', 'gemini'], responses: 2 });
    await settle();
    await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'no', reject: true });
    await answer('gemini');
    const { responses, warnings } = await asked;
    expect(responses).toHaveLength(1);
    expect(warnings).toEqual(['Only 1 of 2 answers came: gpt rejected it (no).']);
  });

  test('when the signal aborts: the question stays', async () => {
    const stop = new AbortController();
    const asked = asking({ signal: stop.signal });
    await settle();
    stop.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
    expect(await statusOf('msg-001')).toBe('PENDING');
    await expect(asking({ signal: AbortSignal.abort(new Error('early')) })).rejects.toThrow('early');
    expect(await everything(ctx)).toHaveLength(1);
  });

  test('when it cannot be sent, or nobody could be waited for', async () => {
    await refusedWithoutEffect(ctx, () => asking({ to: ['gtp'] }), 'UNKNOWN_AGENT');
    await refusedWithoutEffect(ctx, () => asking({ responses: 0 }), 'USAGE');
  });
});

describe('waitForResponse', () => {
  const waiting = (timeoutMs = 2_000) => waitForResponse(ctx, { agent: 'claude', correlationId: 'c-1', timeoutMs });

  test('takes the answer of the thread, completes it and passes over an ACK and over what the agent asked itself', async () => {
    await send(ctx, info({ type: 'QUERY', correlationId: 'c-1', to: ['claude', 'gpt'] }));
    await ack(ctx, { id: 'msg-001', from: 'gpt' });
    await answer('gpt');
    expect((await waiting()).id).toBe('msg-003');
    expect(await statusOf('msg-003')).toBe('COMPLETED');
    await refusal(() => waiting(5), 'TIMEOUT');
  });

  test('is told of a message that comes back', async () => {
    await send(ctx, info({ type: 'QUERY', correlationId: 'c-1' }));
    const waited = waiting();
    await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'no', reject: true });
    expect((await refusal(() => waited, 'NO_ANSWER')).hint).toContain('comms track msg-001');
  });
});
