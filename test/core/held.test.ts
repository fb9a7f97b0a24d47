import { beforeEach, describe, expect, test } from 'vitest';
import { reply } from '../../src/core/answer.ts';
import { ask } from '../../src/core/ask.ts';
import { held, rejectHeld, releaseHeld } from '../../src/core/held.ts';
import { inbox, read, search, sent } from '../../src/core/look.ts';
import { preview, send } from '../../src/core/send.ts';
import { thread } from '../../src/core/thread.ts';
import { track } from '../../src/core/track.ts';
import { wait } from '../../src/core/wait.ts';
import { watch } from '../../src/core/watch.ts';
import type { TrafficEntry } from '../../src/orchestrator/traffic/entry.ts';
import type { Draft, StoreEvent } from '../../src/store/store.ts';
import type { Settings } from '../../src/workspace/workspace.ts';
import { info, refusal, refusedWithoutEffect, START, type TestContext, testContext } from './context.ts';
import { documentOf } from './documents.ts';

let ctx: TestContext;
let logged: TrafficEntry[];
let trouble: string | undefined;

function open(communication: Partial<Settings['communication']> = {}): TestContext {
  const traffic = {
    append: async (entry: TrafficEntry) => {
      logged.push(entry);
      return trouble;
    },
    read: async () => logged,
  };
  const plain = testContext();
  return testContext({ communication: { ...plain.workspace.settings.communication, ...communication } }, { traffic });
}

beforeEach(() => {
  logged = [];
  trouble = undefined;
  ctx = open();
});

async function hold(change: Parameters<typeof info>[0] = {}): Promise<string> {
  const { message, recipients } = await preview(ctx, info(change));
  const { id: _, recipient: __, ...draft } = message;
  return (await ctx.store.deliver({ draft: draft as Draft, recipients, hold: 'Task t1 is of gemini.' })).message.id;
}

describe('held', () => {
  test('one for each message, the oldest first, with its recipients as they were named', async () => {
    await hold({ to: ['gpt', 'gemini'], metadata: { recipients: ['gpt', 'gemini'] } });
    ctx.tick(1_000);
    await hold({ from: 'gpt', to: ['claude'], priority: 'high' });
    const { messages, recipients, places, total } = await held(ctx);
    expect(messages.map(({ id }) => id)).toEqual(['msg-001', 'msg-002']);
    expect(recipients).toEqual([['gpt', 'gemini'], ['claude']]);
    expect(places.map(({ section }) => section)).toEqual(['held', 'held']);
    expect(total).toBe(2);
    expect((await held(ctx, { limit: 1 })).messages).toHaveLength(1);
    expect((await held(ctx, { filter: { sender: ['codex'] } })).messages.map(({ id }) => id)).toEqual(['msg-002']);
    expect((await held(ctx, { agent: 'codex' })).messages.map(({ id }) => id)).toEqual(['msg-001']);
  });

  test('only what an orchestrator may decide over is everything, and of others nothing', async () => {
    ctx = open({ orchestrators: ['gemini'] });
    await hold();
    expect((await held(ctx, { agent: 'gemini' })).total).toBe(1);
    expect((await held(ctx, { agent: 'gpt' })).total).toBe(0);
  });
});

describe('who may decide', () => {
  const NOBODY: string[] = [];
  test.each([
    ['a person', undefined, ['gemini'], undefined],
    ['an orchestrator', 'gemini', ['gemini'], undefined],
    ['an orchestrator that sent it', 'claude', ['claude'], undefined],
    ['another agent, where there are orchestrators', 'gpt', ['gemini'], 'REFUSED'],
    ['the sender, where there are none', 'claude', NOBODY, 'REFUSED'],
    ['any other agent, by its alias', 'codex', NOBODY, undefined],
    ['nobody that is known', 'mistral', NOBODY, 'UNKNOWN_AGENT'],
  ] as const)('%s', async (_, by, orchestrators, code) => {
    ctx = open({ orchestrators: [...orchestrators] });
    const id = await hold();
    const request = { id, ...(by !== undefined && { by }) };
    if (code === undefined) {
      expect((await releaseHeld(ctx, request)).decision).toBe('released');
      const again = await hold();
      expect((await rejectHeld(ctx, { ...request, id: again, reason: 'No.' })).decision).toBe('rejected');
    } else {
      await refusedWithoutEffect(ctx, () => releaseHeld(ctx, request), code);
      await refusedWithoutEffect(ctx, () => rejectHeld(ctx, { ...request, reason: 'No.' }), code);
      expect(logged).toEqual([]);
    }
  });

  test('the refusal names whom to ask', async () => {
    ctx = open({ orchestrators: ['gemini', 'gpt'] });
    const id = await hold();
    expect(await refusal(() => releaseHeld(ctx, { id, by: 'claude' }), 'REFUSED')).toMatchObject({
      hint: 'Ask gemini or gpt to decide, or a person.',
    });
  });

  test('what is not held is told as such, before anything else', async () => {
    const { message } = await send(ctx, info());
    await refusal(() => releaseHeld(ctx, { id: message.id, by: 'claude' }), 'WRONG_STATUS');
    expect((await refusal(() => releaseHeld(ctx, { id: 'msg-404' }), 'MESSAGE_NOT_FOUND')).hint).toContain('comms held list');
    await refusal(() => rejectHeld(ctx, { id: 'msg-404', reason: ' ' }), 'USAGE');
  });
});

describe('a decision', () => {
  test('is logged with who made it, and what cannot be logged is a warning', async () => {
    const id = await hold({ to: ['gpt', 'gemini'], metadata: { phase_id: 'p1', task_id: 't1' } });
    ctx.plan = documentOf({ version: '1.0', phases: [{ id: 'p1', name: 'One' }], tasks: [{ id: 't1', title: 'First' }] });
    trouble = 'The disk is full.';
    const { message, copies, warnings } = await releaseHeld(ctx, { id, by: 'codex', note: 'Go.' });
    expect(message).toMatchObject({ recipient: 'gpt', delivery: { released_by: 'gpt', released_note: 'Go.' } });
    expect(copies.map(({ section }) => section)).toEqual(['active', 'active']);
    expect(warnings).toEqual(['The disk is full.']);
    const rejected = await hold();
    await rejectHeld(ctx, { id: rejected, reason: 'No.' });
    expect(logged).toEqual([
      {
        at: new Date(START).toISOString(),
        event: 'released',
        sender: 'claude',
        recipients: ['gpt', 'gemini'],
        type: 'INFO',
        priority: 'medium',
        mode: 'mediated',
        id,
        uid: message.uid,
        phase: 'p1',
        task: 't1',
        deliveries: [
          { recipient: 'gpt', outcome: 'delivered' },
          { recipient: 'gemini', outcome: 'delivered' },
        ],
        by: 'gpt',
      },
      expect.objectContaining({ event: 'rejected', id: rejected, deliveries: [{ recipient: 'gpt', outcome: 'failed' }] }),
    ]);
    expect(logged[1]).not.toHaveProperty('by');
    expect(JSON.stringify(logged)).not.toContain('Something happened');
  });

  test('is logged without what its sender was free to write', async () => {
    const secret = `ghp_${'a1b2'.repeat(9)}`;
    await releaseHeld(ctx, { id: await hold({ metadata: { phase_id: secret, task_id: secret } }) });
    await rejectHeld(ctx, { id: await hold({ type: `context.${secret}` }), reason: 'No.' });
    expect(logged.map(({ event, type }) => [event, type])).toEqual([
      ['released', 'INFO'],
      ['rejected', 'unknown'],
    ]);
    expect(JSON.stringify(logged)).not.toContain(secret);
  });

  test('is not logged where nothing is', async () => {
    ctx = open({ isLogged: false });
    await releaseHeld(ctx, { id: await hold() });
    expect(logged).toEqual([]);
  });
});

describe('how it is shown', () => {
  test('to its sender as held and why, then who decided; to its recipient not at all until it is let go', async () => {
    const id = await hold();
    expect((await track(ctx, { id })).deliveries).toMatchObject([
      { recipient: 'gpt', outcome: 'held', reason: 'Task t1 is of gemini.', section: 'held', held_reason: 'Task t1 is of gemini.' },
    ]);
    expect((await sent(ctx, { agent: 'claude' })).outcomes[id]).toMatchObject([{ outcome: 'held' }]);
    expect((await read(ctx, { id })).place).toMatchObject({ section: 'held' });
    expect((await search(ctx, { text: 'something' })).places).toMatchObject([{ section: 'held' }]);
    expect((await thread(ctx, id)).places).toMatchObject([{ section: 'held' }]);
    expect((await inbox(ctx, { agent: 'gpt', archived: true })).messages).toEqual([]);
    await refusal(() => wait(ctx, { agent: 'gpt', timeoutMs: 1 }), 'TIMEOUT');
    await releaseHeld(ctx, { id, by: 'gemini', note: 'Agreed.' });
    expect((await track(ctx, { id })).deliveries).toMatchObject([
      { outcome: 'delivered', section: 'active', released_by: 'gemini', released_at: expect.any(String), released_note: 'Agreed.' },
    ]);
    expect((await inbox(ctx, { agent: 'gpt' })).messages).toHaveLength(1);
    const other = await hold();
    await rejectHeld(ctx, { id: other, by: 'gemini', reason: 'Ask first.' });
    expect((await track(ctx, { id: other })).deliveries).toMatchObject([
      { outcome: 'failed', reason: 'rejected', rejected_by: 'gemini', last_error: 'Ask first.' },
    ]);
  });

  test('a watcher of the recipient is told of nothing but the release', async () => {
    const rejected = await hold();
    const events: StoreEvent[] = [];
    const stop = new AbortController();
    const done = watch(ctx, { signal: stop.signal, onEvent: (event) => events.push(event) });
    const released = await hold();
    await rejectHeld(ctx, { id: rejected, reason: 'No.' });
    await releaseHeld(ctx, { id: released });
    await ctx.store.redrive({ id: rejected });
    stop.abort();
    await done;
    expect(events.map((event) => ('message' in event ? `${event.event} ${event.inbox} ${event.message.id}` : event.event))).toEqual([
      'ready',
      'message claude msg-003',
      'message gpt msg-002',
    ]);
  });

  test('a waiter gets it once it is let go', async () => {
    const id = await hold();
    const waiting = wait(ctx, { agent: 'gpt', timeoutMs: 2_000 });
    await settle();
    await releaseHeld(ctx, { id });
    expect((await waiting).id).toBe(id);
  });
});

/** Lets what has begun get as far as it can. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 10));

describe('an answer that is held', () => {
  /** What `reply --done` comes to where its answer is held: the question is completed, and its result names the answer. */
  async function asked() {
    const asking = ask(ctx, { ...info({ type: 'QUERY', details: 'Which port?' }), timeoutMs: 2_000 });
    asking.catch(() => {});
    await settle();
    const [question] = (await inbox(ctx, { agent: 'gpt' })).messages;
    const { message } = await preview(ctx, {
      ...info({ from: 'gpt', to: ['claude'], type: 'RESPONSE', details: '8080' }),
      references: [question?.id ?? ''],
      correlationId: question?.correlation_id ?? '',
    });
    const { id: _, recipient: __, ...draft } = message;
    await ctx.store.deliver({
      draft: draft as Draft,
      recipients: ['claude'],
      hold: 'Why.',
      completes: { agent: 'gpt', id: question?.id ?? '' },
    });
    await settle();
    return { asking, question: question?.id ?? '' };
  }

  test('is waited for, although the question is completed', async () => {
    const { asking, question } = await asked();
    expect((await track(ctx, { id: question })).deliveries).toMatchObject([
      { status: 'COMPLETED', result: 'Answered by msg-002', replies: ['msg-002'] },
    ]);
    await releaseHeld(ctx, { id: 'msg-002' });
    expect((await asking).response).toMatchObject({ id: 'msg-002', content: { details: '8080' } });
  });

  test('ends the waiting once it is rejected; who answered is told', async () => {
    const { asking } = await asked();
    await rejectHeld(ctx, { id: 'msg-002', reason: 'Not now.' });
    await expect(asking).rejects.toMatchObject({ code: 'NO_ANSWER' });
    expect((await inbox(ctx, { agent: 'gpt' })).messages).toMatchObject([{ references: ['msg-002'], metadata: { bounce: true } }]);
  });

  test('said again in the same words is the held one', async () => {
    const { message } = await send(ctx, info({ type: 'QUERY', details: 'Which port?' }));
    const draft = (
      await preview(ctx, {
        ...info({ from: 'gpt', to: ['claude'], type: 'RESPONSE', details: '8080', subject: 'Re: Something' }),
        references: [message.id],
        correlationId: message.id,
        priority: message.priority,
      })
    ).message;
    const { id: _, recipient: __, ...rest } = draft;
    await ctx.store.deliver({ draft: rest as Draft, recipients: ['claude'], hold: 'Why.', completes: { agent: 'gpt', id: message.id } });
    const again = await reply(ctx, { id: message.id, from: 'gpt', details: '8080', done: true });
    expect(again).toMatchObject({ message: { id: 'msg-002' }, deliveries: [{ recipient: 'claude', outcome: 'held' }] });
  });
});

test('a question that is held is waited for; rejected, it has no answer', async () => {
  const { store } = ctx;
  const { deliver } = store;
  store.deliver = (request) => deliver({ ...request, hold: 'Why.' });
  const asking = ask(ctx, { ...info({ type: 'QUERY', details: 'Which port?' }), timeoutMs: 2_000 });
  asking.catch(() => {});
  await settle();
  store.deliver = deliver;
  await rejectHeld(ctx, { id: 'msg-001', by: 'gemini', reason: 'No.' });
  const message = 'Nobody answered msg-001: for gpt it was held and rejected by gemini (No.).';
  await expect(asking).rejects.toMatchObject({ code: 'NO_ANSWER', message });
});
