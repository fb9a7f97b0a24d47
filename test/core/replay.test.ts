import { describe, expect, test } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import { replay } from '../../src/core/replay.ts';
import type { ReplayRequest } from '../../src/core/requests.ts';
import { send } from '../../src/core/send.ts';
import { track } from '../../src/core/track.ts';
import { wait } from '../../src/core/wait.ts';
import type { ErrorCode } from '../../src/errors.ts';
import type { Message } from '../../src/message/message.ts';
import { everything, info, refusal, refusedWithoutEffect, type TestContext, testContext } from './context.ts';

const TO_GEMINI = { from: 'claude', to: 'gemini' };

async function inboxOf(ctx: TestContext, agent: string): Promise<Message[]> {
  return (await ctx.store.list({ inboxes: [agent] })).map(({ message }) => message);
}

describe('what is sent', () => {
  test('is a new message of who replays, with the original in the metadata', async () => {
    const ctx = testContext();
    const question = info({
      from: 'gpt',
      to: ['claude'],
      type: 'QUESTION',
      subject: 'Why',
      context: { background: 'b' },
      priority: 'high',
      correlationId: 'c-1',
      channel: 'tests',
      metadata: { task_id: 'T1' },
      ttlMs: 60_000,
      idempotencyKey: 'mine',
    });
    const { message: original } = await send(ctx, question);
    await ctx.store.claim({ agent: 'claude' });
    ctx.tick(5_000);
    const { to, replays } = await replay(ctx, { ...TO_GEMINI, to: 'GEMINI', ids: ['msg-001'] });
    const [message] = await inboxOf(ctx, 'gemini');
    expect({ to, outcomes: replays.map(({ outcome }) => outcome) }).toEqual({ to: 'gemini', outcomes: ['delivered'] });
    expect(message).toEqual({
      id: 'msg-002',
      timestamp: '2026-01-17T12:00:05.000Z',
      sender: 'claude',
      recipient: 'gemini',
      type: 'QUESTION',
      priority: 'high',
      status: 'PENDING',
      subject: 'Why',
      content: original.content,
      references: ['msg-001'],
      requires_response: true,
      uid: expect.not.stringMatching(`^${original.uid}$`),
      channel: 'tests',
      correlation_id: 'replay-c-1',
      idempotency_key: expect.stringMatching(/^replay-/),
      metadata: {
        task_id: 'T1',
        original_sender: 'gpt',
        replay_of: { id: 'msg-001', uid: original.uid, inbox: 'claude', timestamp: original.timestamp, correlation_id: 'c-1' },
      },
    });
    expect(replays[0]?.message).toEqual(message);
  });

  test('asks for no answer where that is said', async () => {
    const ctx = testContext();
    await send(ctx, info({ type: 'QUERY', context: { query_type: 'q' } }));
    await replay(ctx, { ...TO_GEMINI, requiresResponse: false });
    expect((await inboxOf(ctx, 'gemini'))[0]?.requires_response).toBe(false);
  });

  test('answers nobody who waits, is no answer to track, and is answered by itself', async () => {
    const ctx = testContext();
    await send(ctx, info({ type: 'QUERY', context: { query_type: 'q' }, correlationId: 'c-1' }));
    await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Yes' });
    await ctx.store.complete({ agent: 'claude', id: 'msg-002' });
    await replay(ctx, { from: 'gpt', to: 'claude', ids: ['msg-001', 'msg-002'] });
    expect((await inboxOf(ctx, 'claude')).map(({ id }) => id)).toEqual(['msg-002', 'msg-003', 'msg-004']);
    for (const by of [{ for: 'msg-001' }, { correlationId: 'c-1' }]) {
      await refusal(() => wait(ctx, { agent: 'claude', timeoutMs: 1, ...by }), 'TIMEOUT');
    }
    expect((await track(ctx, { id: 'msg-001' })).deliveries[0]?.replies).toEqual(['msg-002']);
    await reply(ctx, { id: 'msg-003', from: 'claude', details: 'No' });
    await replay(ctx, { from: 'claude', to: 'gpt', ids: ['msg-002'] });
    expect((await wait(ctx, { agent: 'gpt', for: 'msg-003', timeoutMs: 1 })).id).toBe('msg-005');
  });

  test('may be an ACK, and the last message of a thread that may not get deeper', async () => {
    const ctx = testContext({ maxThreadDepth: 2 });
    await send(ctx, info());
    await send(ctx, info({ type: 'ACK', from: 'gpt', to: ['claude'], references: ['msg-001'] }));
    const { replays } = await replay(ctx, { ...TO_GEMINI, thread: 'msg-002' });
    expect(replays.map(({ outcome, message }) => [outcome, message?.type])).toEqual([
      ['delivered', 'INFO'],
      ['delivered', 'ACK'],
    ]);
  });
});

describe('which are sent', () => {
  async function manyOf(ctx: TestContext): Promise<void> {
    await send(ctx, info({ subject: 'one', to: ['gpt', 'gemini'] }));
    ctx.tick(1_000);
    await send(ctx, info({ subject: 'two', from: 'gpt', to: ['claude'], type: 'QUERY', context: { query_type: 'q' } }));
    ctx.tick(1_000);
    await send(ctx, info({ subject: 'three', references: ['msg-002'] }));
    await ctx.store.complete({ agent: 'claude', id: 'msg-002' });
    await ctx.store.archive({});
    await ctx.store.claim({ agent: 'gpt', id: 'msg-003' });
    await ctx.store.fail({ agent: 'gpt', id: 'msg-003', error: 'x', reject: true });
  }
  const START = Date.parse('2026-01-17T12:00:00.000Z');

  test.each([
    ['all but dead letters', {}, ['one', 'two']],
    ['dead letters', { sections: ['active', 'archived', 'dead'] }, ['one', 'two', 'three']],
    ['archived ones', { sections: ['archived'] }, ['two']],
    ['an inbox', { inbox: 'codex' }, ['one']],
    ['a thread', { thread: 'msg-003', sections: ['active', 'archived', 'dead'] }, ['two', 'three']],
    ['one of a thread', { thread: 'msg-003', ids: ['msg-002', 'msg-001'] }, ['two']],
    ['a type', { filter: { type: ['query'] } }, ['two']],
    ['a sender', { filter: { sender: ['codex'] } }, ['two']],
    ['since', { filter: { since: START + 1_000 } }, ['two']],
    ['until', { filter: { until: START + 999 } }, ['one']],
    ['the newest', { limit: 1 }, ['two']],
    ['none', { filter: { type: ['own.type'] } }, []],
  ] as [string, Partial<ReplayRequest>, string[]][])('%s', async (_, which, subjects) => {
    const ctx = testContext();
    await manyOf(ctx);
    const { replays } = await replay(ctx, { ...TO_GEMINI, ...which });
    expect(replays.map(({ original }) => original.subject)).toEqual(subjects);
    const got = (await inboxOf(ctx, 'gemini')).filter(({ metadata }) => metadata?.replay_of);
    expect(got.map(({ subject }) => subject)).toEqual(subjects);
  });

  test('no replays, where the original is there', async () => {
    const ctx = testContext();
    await send(ctx, info());
    await replay(ctx, TO_GEMINI);
    const { replays } = await replay(ctx, { from: 'gpt', to: 'claude' });
    expect(replays.map(({ original }) => original.id)).toEqual(['msg-001']);
  });

  test('a replay whose original is gone, and it still says who said it first', async () => {
    const ctx = testContext();
    await send(ctx, info({ from: 'gpt', to: ['claude'] }));
    await replay(ctx, TO_GEMINI);
    await ctx.store.complete({ agent: 'claude', id: 'msg-001' });
    await ctx.store.archive({});
    await ctx.store.purge({ section: 'archived' });
    await replay(ctx, { from: 'gemini', to: 'gpt' });
    const [message] = await inboxOf(ctx, 'gpt');
    expect(message).toMatchObject({
      sender: 'gemini',
      references: ['msg-002'],
      metadata: { original_sender: 'gpt', replay_of: { id: 'msg-001' } },
    });
  });

  test.each([
    ['an id that is not there', { ids: ['msg-001', 'msg-009'] }, 'MESSAGE_NOT_FOUND'],
    ['a thread that is not there', { thread: 'msg-009' }, 'MESSAGE_NOT_FOUND'],
    ['an agent that is not there', { to: 'nobody' }, 'UNKNOWN_AGENT'],
    ['an inbox that is not there', { inbox: 'nobody' }, 'UNKNOWN_AGENT'],
  ] as [string, Partial<ReplayRequest>, ErrorCode][])('%s is an error, and nothing is sent', async (_, which, code) => {
    const ctx = testContext();
    await send(ctx, info());
    await refusedWithoutEffect(ctx, () => replay(ctx, { ...TO_GEMINI, ...which }), code);
  });
});

describe('repeated', () => {
  test('it sends nothing twice, but with again; another agent and another sender get their own', async () => {
    const ctx = testContext();
    await send(ctx, info());
    const outcomes = async (change: object) =>
      (await replay(ctx, { ...TO_GEMINI, ids: ['msg-001'], ...change })).replays.map(({ outcome }) => outcome);
    expect(await outcomes({})).toEqual(['delivered']);
    expect(await outcomes({})).toEqual(['duplicate']);
    expect(await outcomes({ dryRun: true })).toEqual(['duplicate']);
    expect(await outcomes({ again: true })).toEqual(['delivered']);
    expect(await outcomes({ to: 'gpt' })).toEqual(['delivered']);
    expect(await outcomes({ from: 'gpt' })).toEqual(['delivered']);
  });

  test('after it was cut off it goes on where it ended', async () => {
    const ctx = testContext();
    for (let n = 1; n <= 150; n += 1) await send(ctx, info({ subject: `s${n}` }));
    const stop = new AbortController();
    const first = replay(ctx, { ...TO_GEMINI, signal: stop.signal, onProgress: () => stop.abort('SIGINT') });
    await expect(first).rejects.toBe('SIGINT');
    expect(await inboxOf(ctx, 'gemini')).toHaveLength(100);
    const { replays } = await replay(ctx, TO_GEMINI);
    expect(replays.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(50);
    expect((await inboxOf(ctx, 'gemini')).map(({ subject }) => subject)).toEqual(Array.from({ length: 150 }, (_, n) => `s${n + 1}`));
  });

  test('a dry run sends nothing and says what it would', async () => {
    const ctx = testContext();
    await send(ctx, info());
    const before = await everything(ctx);
    const { replays } = await replay(ctx, { ...TO_GEMINI, dryRun: true });
    expect(replays).toMatchObject([{ outcome: 'ready', original: { id: 'msg-001' }, message: { id: 'msg-000', references: ['msg-001'] } }]);
    expect(await everything(ctx)).toEqual(before);
  });
});

describe('what cannot be sent', () => {
  const draft = {
    timestamp: '2026-01-17T11:00:00Z',
    sender: 'gpt',
    priority: 'low' as const,
    status: 'PENDING' as const,
    subject: 's',
    references: [],
    requires_response: true,
  };
  const content = { details: 'd', context: {}, attachments: [] };

  test('is reported, and the rest goes on in its order', async () => {
    const ctx = testContext({}, { validateOwnType: async () => [] });
    await ctx.store.deliver({ draft: { ...draft, type: 'QUESTION', content }, recipients: ['claude'] });
    await ctx.store.deliver({ draft: { ...draft, type: 'own.type', content }, recipients: ['claude'] });
    await ctx.store.deliver({ draft: { ...draft, type: 'INFO', content }, recipients: ['claude'] });
    const { replays } = await replay(ctx, TO_GEMINI);
    expect(replays.map(({ outcome, error }) => error?.code ?? outcome)).toEqual(['INVALID_MESSAGE', 'delivered', 'delivered']);
    const got = await inboxOf(ctx, 'gemini');
    expect(got.map(({ type }) => type)).toEqual(['own.type', 'INFO']);
    // An INFO never asks for an answer, whatever somebody wrote by hand.
    expect(got[1]?.requires_response).toBe(false);
  });

  test('because the store refuses it ends the replay, with what was done', async () => {
    const ctx = testContext();
    for (let n = 1; n <= 120; n += 1) await send(ctx, info());
    const limited = { ...ctx, store: { ...ctx.store } };
    let left = 110;
    limited.store.deliver = async (request) => {
      left -= 1;
      if (left < 0) throw Object.assign(await refusal(() => send(ctx, info({ to: [] })), 'USAGE'), { code: 'RATE_LIMITED' });
      return ctx.store.deliver(request);
    };
    const error = await refusal(() => replay(limited, TO_GEMINI), 'RATE_LIMITED');
    expect(error.message).toContain('110 of 120 messages were replayed');
    expect(error.details?.replays).toHaveLength(120);
    expect(await inboxOf(ctx, 'gemini')).toHaveLength(110);
  });
});
