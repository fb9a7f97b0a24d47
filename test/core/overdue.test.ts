import { describe, expect, test } from 'vitest';
import { ack, reply } from '../../src/core/answer.ts';
import { overdue } from '../../src/core/overdue.ts';
import { send } from '../../src/core/send.ts';
import { bug, refusal, START, sendToGroup, testContext } from './context.ts';

const MINUTE = 60_000;

describe('what is overdue', () => {
  test('with where it lies, since when and for how long', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 10 }));
    await send(ctx, bug({ expectedResponseTime: 30 }));
    await send(ctx, bug());
    ctx.tick(10 * MINUTE);
    expect(await overdue(ctx)).toEqual([]);
    ctx.tick(MINUTE);
    expect(await overdue(ctx)).toEqual([
      {
        message: expect.objectContaining({ id: 'msg-001' }),
        inbox: 'gpt',
        section: 'active',
        due_at: new Date(START + 10 * MINUTE).toISOString(),
        overdue_ms: MINUTE,
      },
    ]);
  });

  test('of one agent: what it owes and what it is owed, by name or alias', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    await send(ctx, bug({ from: 'gpt', to: ['gemini'], expectedResponseTime: 1 }));
    await send(ctx, bug({ to: ['gemini'], expectedResponseTime: 1 }));
    ctx.tick(2 * MINUTE);
    const ids = async (agent: string) => (await overdue(ctx, { agent })).map(({ message: { id } }) => id);
    expect(await ids('codex')).toEqual(['msg-001', 'msg-002']);
    expect(await ids('claude')).toEqual(['msg-001', 'msg-003']);
    await refusal(() => overdue(ctx, { agent: 'nobody' }), 'UNKNOWN_AGENT');
  });

  test('an answer ends it, an ACK does not', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    await ack(ctx, { id: 'msg-001', from: 'gpt' });
    ctx.tick(2 * MINUTE);
    expect(await overdue(ctx)).toHaveLength(1);
    await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Soon.' });
    expect(await overdue(ctx)).toEqual([]);
  });

  test('an answer that is archived or dead is one, too', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 1 }));
    const { message } = await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Soon.' });
    await ctx.store.complete({ agent: 'claude', id: message.id });
    await ctx.store.archive({});
    ctx.tick(2 * MINUTE);
    expect(await overdue(ctx)).toEqual([]);
  });

  test('in the inbox of a group its members owe it, until one of them answers', async () => {
    const ctx = testContext({ groups: { reviewers: ['gpt', 'gemini'] } });
    await ctx.store.addInbox('reviewers');
    await sendToGroup(ctx, 'reviewers', bug({ expectedResponseTime: 1 }));
    ctx.tick(2 * MINUTE);
    expect((await overdue(ctx, { agent: 'gemini' })).map(({ inbox }) => inbox)).toEqual(['reviewers']);
    await reply(ctx, { id: 'msg-001', from: 'gpt', details: 'Done.' });
    expect(await overdue(ctx, { agent: 'gemini' })).toEqual([]);
  });

  test('where nothing is late, only what is open is read', async () => {
    const ctx = testContext();
    await send(ctx, bug({ expectedResponseTime: 10 }));
    const before = ctx.lists();
    expect(await overdue(ctx)).toEqual([]);
    expect(ctx.lists() - before).toBe(1);
  });
});
