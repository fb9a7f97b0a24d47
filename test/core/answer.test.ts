import { beforeEach, describe, expect, test } from 'vitest';
import { ack, reply, respond } from '../../src/core/answer.ts';
import { send } from '../../src/core/send.ts';
import type { ErrorCode } from '../../src/errors.ts';
import { bug, everything, info, refusedWithoutEffect, sendToGroup, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(async () => {
  ctx = testContext();
  await send(ctx, bug({ priority: 'high', channel: 'general' }));
});

const answer = { id: 'msg-001', from: 'gpt', details: 'Mended.' };
const statusOf = async (id: string) => (await ctx.store.find(id))[0]?.message.status;

describe('reply', () => {
  test('goes to the sender and keeps what ties the two together', async () => {
    const { message, deliveries } = await reply(ctx, { ...answer, from: 'codex' });
    expect(message).toMatchObject({
      sender: 'gpt',
      recipient: 'claude',
      type: 'INFO',
      priority: 'high',
      subject: 'Re: Login fails',
      references: ['msg-001'],
      channel: 'general',
      correlation_id: 'msg-001',
      requires_response: false,
    });
    expect(deliveries).toEqual([{ recipient: 'claude', outcome: 'delivered' }]);
    expect(await statusOf('msg-001')).toBe('PENDING');
  });

  test('to a reply says "Re:" once and keeps the correlation id', async () => {
    await reply(ctx, answer);
    const { message } = await reply(ctx, { id: 'msg-002', from: 'claude', details: 'Thanks.' });
    expect(message).toMatchObject({ subject: 'Re: Login fails', correlation_id: 'msg-001', references: ['msg-002'] });
  });

  test('what is given wins over what is kept', async () => {
    const own = {
      subject: 'Else',
      type: 'CODE_CHANGE',
      context: { files_changed: ['a'] },
      priority: 'low',
      channel: 'dev',
      references: ['msg-001'],
    } as const;
    const { message } = await reply(ctx, { ...answer, ...own, references: ['msg-001'], correlationId: 'c' });
    expect(message).toMatchObject({ subject: 'Else', type: 'CODE_CHANGE', priority: 'low', channel: 'dev', correlation_id: 'c' });
    expect(message.references).toEqual(['msg-001']);
  });

  test.each([
    ['QUERY', 'RESPONSE'],
    ['context.query', 'context.query.response'],
    ['context.query.response', 'INFO'],
    ['INFO', 'INFO'],
  ])('to a %s is a %s', async (type, expected) => {
    const { message } = await send(ctx, info({ type }));
    expect((await reply(ctx, { ...answer, id: message.id })).message.type).toBe(expected);
  });

  test('only who received a message can answer it', async () => {
    const error = await refusedWithoutEffect(ctx, () => reply(ctx, { ...answer, from: 'gemini' }), 'MESSAGE_NOT_FOUND');
    expect(error.hint).toContain('gpt');
    const own = await refusedWithoutEffect(ctx, () => reply(ctx, { ...answer, from: 'claude' }), 'MESSAGE_NOT_FOUND');
    expect(own.hint).toContain('comms track msg-001');
    await refusedWithoutEffect(ctx, () => reply(ctx, { ...answer, id: 'msg-009' }), 'MESSAGE_NOT_FOUND');
  });

  test('an archived or dead message can still be answered', async () => {
    await ctx.store.complete({ agent: 'gpt', id: 'msg-001' });
    await ctx.store.archive({});
    expect((await reply(ctx, answer)).message.references).toEqual(['msg-001']);
  });

  test('what it lacks is refused as for any message', async () => {
    await refusedWithoutEffect(ctx, () => reply(ctx, { id: 'msg-001', from: 'gpt' }), 'INVALID_MESSAGE');
  });
});

describe('reply with done', () => {
  test('completes the original after the answer is delivered', async () => {
    await ctx.store.claim({ agent: 'gpt', id: 'msg-001' });
    await reply(ctx, { ...answer, done: true });
    expect((await ctx.store.find('msg-001'))[0]?.message).toMatchObject({
      status: 'COMPLETED',
      delivery: { result: 'Answered by msg-002' },
    });
  });

  test('is one step of the store: what fails in it happened not at all', async () => {
    const { deliver } = ctx.store;
    ctx.store.deliver = () => Promise.reject(new Error('killed'));
    await expect(reply(ctx, { ...answer, done: true })).rejects.toThrow('killed');
    expect(await statusOf('msg-001')).toBe('PENDING');
    ctx.store.deliver = deliver;
    ctx.store.complete = () => Promise.reject(new Error('a second step'));
    expect((await reply(ctx, { ...answer, done: true })).message.id).toBe('msg-002');
    expect(await statusOf('msg-001')).toBe('COMPLETED');
  });

  test('again where the original was opened again delivers nothing more and completes', async () => {
    await reply(ctx, { ...answer, idempotencyKey: 'k' });
    const { message, deliveries } = await reply(ctx, { ...answer, idempotencyKey: 'k', done: true });
    expect(message.id).toBe('msg-002');
    expect(deliveries).toEqual([{ recipient: 'claude', outcome: 'duplicate' }]);
    expect(await statusOf('msg-001')).toBe('COMPLETED');
    expect(await everything(ctx)).toHaveLength(2);
  });

  test('again after both happened answers as before, also once it is archived', async () => {
    await reply(ctx, { ...answer, done: true });
    for (const _ of [1, 2]) {
      const again = await reply(ctx, { ...answer, done: true });
      expect(again).toMatchObject({ message: { id: 'msg-002' }, deliveries: [{ recipient: 'claude', outcome: 'duplicate' }] });
      await ctx.store.archive({});
    }
    expect(await everything(ctx)).toHaveLength(2);
  });

  test('again answers with the one that completed it, where the same was said before', async () => {
    await reply(ctx, answer);
    await reply(ctx, { ...answer, done: true });
    expect(await reply(ctx, { ...answer, done: true })).toMatchObject({
      message: { id: 'msg-003' },
      deliveries: [{ recipient: 'claude', outcome: 'duplicate' }],
    });
    expect(await everything(ctx)).toHaveLength(3);
  });

  test('in other words to what is completed is refused', async () => {
    await reply(ctx, { ...answer, done: true });
    await refusedWithoutEffect(ctx, () => reply(ctx, { ...answer, details: 'More.', done: true }), 'WRONG_STATUS');
  });

  test('again where the lease was lost meanwhile is refused: the original is not completed', async () => {
    await reply(ctx, answer);
    await ctx.store.claim({ agent: 'gpt', id: 'msg-001', leaseMs: 10 });
    ctx.tick(20);
    await refusedWithoutEffect(ctx, () => reply(ctx, { ...answer, done: true }), 'LEASE_LOST');
  });

  interface Unfinishable {
    name: string;
    arrange: () => Promise<unknown>;
    token?: string;
    code: ErrorCode;
  }
  test.each<Unfinishable>([
    {
      name: 'a lease that is lost',
      arrange: () => ctx.store.claim({ agent: 'gpt', id: 'msg-001', leaseMs: 10 }).then(() => ctx.tick(20)),
      code: 'LEASE_LOST',
    },
    { name: 'a stale token', arrange: () => ctx.store.claim({ agent: 'gpt', id: 'msg-001' }), token: 'old', code: 'LEASE_LOST' },
    { name: 'a blocked original', arrange: () => ctx.store.block({ agent: 'gpt', id: 'msg-001', reason: 'r' }), code: 'WRONG_STATUS' },
    {
      name: 'a dead original',
      arrange: async () => {
        for (let n = 0; n < 3; n += 1) await ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'e' });
      },
      code: 'WRONG_STATUS',
    },
  ])('$name is refused before anything is delivered', async ({ arrange, token, code }) => {
    await arrange();
    await refusedWithoutEffect(ctx, () => reply(ctx, { ...answer, done: true, token }), code);
  });
});

describe('a message to a group, to several or to all', () => {
  const grouped = () => testContext({ groups: { reviewers: ['gpt', 'gemini'] } });
  const question = { type: 'QUERY', subject: 'Which port?', details: 'Which port?' };

  test('is answered by the member that took it, in its own name', async () => {
    ctx = grouped();
    await sendToGroup(ctx, 'reviewers', info(question));
    const { message: claimed } = await ctx.store.claim({ agent: 'gemini' });
    expect(claimed.recipient).toBe('reviewers');
    const done = await reply(ctx, { id: claimed.id, from: 'gemini', details: '8080', done: true });
    expect(done.message).toMatchObject({ sender: 'gemini', recipient: 'claude', references: [claimed.id] });
    expect((await ctx.store.find(claimed.id))[0]).toMatchObject({ inbox: 'reviewers', message: { status: 'COMPLETED' } });
    await refusedWithoutEffect(ctx, () => reply(ctx, { id: claimed.id, from: 'claude', details: 'x' }), 'MESSAGE_NOT_FOUND');
  });

  test('in a channel or a broadcast is answered by each, in its own name, and each completes its own copy', async () => {
    const { message } = await send(ctx, info({ ...question, to: 'broadcast', channel: 'dev' }));
    for (const from of ['gpt', 'gemini']) {
      const answered = await reply(ctx, { id: message.id, from, details: `I am ${from}`, done: true });
      expect(answered.message).toMatchObject({ sender: from, recipient: 'claude', channel: 'dev', correlation_id: message.id });
    }
    expect((await ctx.store.find(message.id)).map(({ inbox, message: { status } }) => [inbox, status])).toEqual([
      ['gpt', 'COMPLETED'],
      ['gemini', 'COMPLETED'],
    ]);
  });
});

describe('respond', () => {
  test('answers with a payload, whose text is the details, and completes', async () => {
    const { message } = await send(ctx, info({ type: 'context.query', correlationId: 'c-1' }));
    const { message: response } = await respond(ctx, { agent: 'gpt', id: message.id, payload: { message: 'React', ui: 'React' } });
    expect(response).toMatchObject({
      type: 'context.query.response',
      correlation_id: 'c-1',
      content: { details: 'React', context: { message: 'React', ui: 'React' } },
    });
    expect(await statusOf(message.id)).toBe('COMPLETED');
  });

  test('attaches its artifact and names it in the context by the path that the recipient knows', async () => {
    const attachment = { path: 'docs/ui.md', bytes: 3, sha256: 'a'.repeat(64) };
    ctx = testContext({}, { attachments: { describe: async () => ({ attachment }) } });
    await send(ctx, bug());
    const { message } = await respond(ctx, { agent: 'gpt', id: 'msg-001', artifactPath: 'ui.md' });
    expect(message.content).toMatchObject({
      details: 'See ui.md.',
      context: { artifact_path: 'docs/ui.md' },
      attachments: [attachment],
    });
  });

  test('says nothing for nobody: without anything to say it is refused', async () => {
    await refusedWithoutEffect(ctx, () => respond(ctx, { agent: 'gpt', id: 'msg-001' }), 'INVALID_MESSAGE');
  });
});

describe('ack', () => {
  test('acknowledges and leaves the original alone', async () => {
    const { message } = await ack(ctx, { id: 'msg-001', from: 'gpt' });
    expect(message).toMatchObject({ type: 'ACK', references: ['msg-001'], content: { details: 'Received: msg-001' } });
    expect(await statusOf('msg-001')).toBe('PENDING');
  });

  test('of an ACK is stopped', async () => {
    await ack(ctx, { id: 'msg-001', from: 'gpt', details: 'On it.' });
    await refusedWithoutEffect(ctx, () => ack(ctx, { id: 'msg-002', from: 'claude' }), 'LOOP_STOPPED');
  });
});
