import { beforeEach, describe, expect, test } from 'vitest';
import { inbox, read, search, sent } from '../../src/core/look.ts';
import { send } from '../../src/core/send.ts';
import { bug, info, refusal, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(async () => {
  ctx = testContext();
  for (const request of [
    info({ subject: 'first', priority: 'low' }),
    bug({ subject: 'second', priority: 'critical' }),
    info({ subject: 'third', from: 'gemini' }),
    info({ subject: 'fourth', to: ['gpt', 'gemini'] }),
  ]) {
    await send(ctx, request);
    ctx.tick(1_000);
  }
});

const idsOf = ({ messages }: { messages: { id: string }[] }) => messages.map(({ id }) => Number(id.slice(4)));

describe('inbox', () => {
  test.each([
    ['the most urgent first', {}, [2, 3, 4, 1]],
    ['the newest first', { sort: 'newest' }, [4, 3, 2, 1]],
    ['the oldest first', { sort: 'oldest' }, [1, 2, 3, 4]],
    ['of one type', { filter: { type: ['bug_report'] } }, [2]],
    ['of a sender in capitals', { filter: { sender: ['Gemini'] } }, [3]],
    ['of a priority in capitals', { filter: { priority: ['LOW'] } }, [1]],
    ['with a text', { filter: { text: 'THIRD' } }, [3]],
  ] as const)('%s', async (_, look, expected) => {
    expect(idsOf(await inbox(ctx, { agent: 'codex', ...look, filter: 'filter' in look ? { ...look.filter } : {} } as never))).toEqual(
      expected,
    );
  });

  test('counts what the limit cuts off', async () => {
    const found = await inbox(ctx, { agent: 'gpt', limit: 2 });
    expect(idsOf(found)).toEqual([2, 3]);
    expect(found.total).toBe(4);
  });

  test('holds what is open unless more is asked for', async () => {
    await ctx.store.claim({ agent: 'gpt', id: 'msg-001' });
    await ctx.store.block({ agent: 'gpt', id: 'msg-003', reason: 'r' });
    await ctx.store.complete({ agent: 'gpt', id: 'msg-004' });
    await ctx.store.archive({});
    await ctx.store.complete({ agent: 'gpt', id: 'msg-002' });
    expect(idsOf(await inbox(ctx, { agent: 'gpt' }))).toEqual([3, 1]);
    expect(idsOf(await inbox(ctx, { agent: 'gpt', all: true }))).toEqual([3, 1, 2]);
    expect(idsOf(await inbox(ctx, { agent: 'gpt', archived: true }))).toEqual([3, 1, 2, 4]);
    expect(idsOf(await inbox(ctx, { agent: 'gpt', filter: { status: ['completed'] } }))).toEqual([2]);
  });

  test('of nobody is refused', async () => {
    await refusal(() => inbox(ctx, { agent: 'nobody' }), 'UNKNOWN_AGENT');
  });
});

describe('read', () => {
  test("gives the agent's own copy and says where the others lie", async () => {
    const found = await read(ctx, { id: 'msg-004', agent: 'gemini' });
    expect(found.message.recipient).toBe('gemini');
    expect(found.place).toEqual({ inbox: 'gemini', section: 'active' });
    expect(found.others).toEqual([{ inbox: 'gpt', section: 'active' }]);
  });

  test('gives the first to anybody else', async () => {
    expect((await read(ctx, { id: 'msg-004' })).place.inbox).toBe('gpt');
    expect((await read(ctx, { id: 'msg-004', agent: 'claude' })).place.inbox).toBe('gpt');
  });

  test('finds what is archived', async () => {
    await ctx.store.complete({ agent: 'gpt', id: 'msg-001' });
    await ctx.store.archive({});
    expect((await read(ctx, { id: 'msg-001' })).place.section).toBe('archived');
  });

  test.each(['1', 'msg-1', 'MSG-001'])('"%s" is not found, with what was meant', async (id) => {
    expect((await refusal(() => read(ctx, { id }), 'MESSAGE_NOT_FOUND')).hint).toBe('Did you mean msg-001');
  });

  test('what is nowhere is not found', async () => {
    expect((await refusal(() => read(ctx, { id: 'msg-999' }), 'MESSAGE_NOT_FOUND')).hint).toContain('comms search');
  });
});

describe('sent', () => {
  test('has one of each id, the newest first, with every outcome', async () => {
    await ctx.store.complete({ agent: 'gemini', id: 'msg-004', result: 'Fine.' });
    const found = await sent(ctx, { agent: 'claude' });
    expect(idsOf(found)).toEqual([4, 2, 1]);
    expect(found.outcomes['msg-004']).toMatchObject([
      { recipient: 'gpt', outcome: 'delivered', status: 'PENDING' },
      { recipient: 'gemini', outcome: 'delivered', status: 'COMPLETED', result: 'Fine.' },
    ]);
  });

  test('a status of any copy lets the message through, with all of its outcomes', async () => {
    await ctx.store.complete({ agent: 'gemini', id: 'msg-004' });
    const found = await sent(ctx, { agent: 'claude', filter: { status: ['COMPLETED'] } });
    expect(idsOf(found)).toEqual([4]);
    expect(found.outcomes['msg-004']).toHaveLength(2);
  });

  test('a bounce is not what the agent sent', async () => {
    for (let n = 0; n < 3; n += 1) await ctx.store.fail({ agent: 'gpt', id: 'msg-002', error: 'e' });
    expect((await inbox(ctx, { agent: 'claude' })).total).toBe(1);
    expect((await sent(ctx, { agent: 'gpt' })).total).toBe(0);
    expect((await sent(ctx, { agent: 'claude' })).outcomes['msg-002']).toMatchObject([
      { outcome: 'failed', reason: 'failed', last_error: 'e' },
    ]);
  });

  test('the limit cuts the outcomes too', async () => {
    expect(Object.keys((await sent(ctx, { agent: 'claude', limit: 1 })).outcomes)).toEqual(['msg-004']);
  });
});

describe('search', () => {
  test('finds in every inbox and section, one of each id', async () => {
    await ctx.store.complete({ agent: 'gpt', id: 'msg-001' });
    await ctx.store.archive({});
    expect(idsOf(await search(ctx, { text: 'happened' }))).toEqual([4, 3, 2, 1]);
    expect(idsOf(await search(ctx, { text: 'happened', agent: 'gemini' }))).toEqual([4]);
    expect(idsOf(await search(ctx, { text: 'nowhere' }))).toEqual([]);
    expect(idsOf(await search(ctx, { text: 'happened', filter: { sender: ['gemini'] } }))).toEqual([3]);
  });
});
