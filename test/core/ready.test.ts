import { beforeEach, describe, expect, test } from 'vitest';
import type { SendRequest } from '../../src/core/context.ts';
import { ready } from '../../src/core/ready.ts';
import { send } from '../../src/core/send.ts';
import { waitsOf } from '../../src/orchestrator/conflicts/dependencies.ts';
import type { Plan } from '../../src/orchestrator/plan/plan.ts';
import { everything, info, refusal, sendToGroup, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
beforeEach(() => {
  ctx = testContext();
});

/** A blocker that `from` sends; answers with its id. */
async function blocker(from: string, to: string, requirements: string[] = [], change: Partial<SendRequest> = {}): Promise<string> {
  return (await send(ctx, request(from, to, requirements, change))).message.id;
}

function request(from: string, to: string, requirements: string[] = [], change: Partial<SendRequest> = {}): SendRequest {
  const context = { coordination_type: 'blocker', action: 'Waiting', impact: 'Nothing goes on', requirements };
  return { ...info({ from, to: [to], type: 'COORDINATION', subject: 'Blocked', details: 'Blocked.' }), context, ...change };
}

const waits = async (plan?: Plan) =>
  waitsOf(await everything(ctx), { ...ctx.workspace.settings, ...(plan && { plan }) }).map(({ from, to, id }) => `${from} > ${to} ${id}`);
const statusOf = async (id: string, inbox = 'gpt') => (await ctx.store.find(id)).find((copy) => copy.inbox === inbox)?.message.status;

describe('ready', () => {
  test('tells who waits, in reference to its message, and completes that', async () => {
    const id = await blocker('claude', 'gpt', ['task-2'], { correlationId: 'c-1', priority: 'high' });
    const { answers, ...rest } = await ready(ctx, { agent: 'codex', what: 'task-2', details: 'Merged.' });
    expect(rest).toEqual({ what: 'task-2', taskDone: false });
    expect(answers).toMatchObject([{ waiter: 'claude', originals: [id], completed: [id], left: [] }]);
    const [told] = await ctx.store.list({ inboxes: ['claude'] });
    expect(told?.message).toMatchObject({
      sender: 'gpt',
      type: 'RESPONSE',
      subject: 'task-2 is ready',
      priority: 'high',
      correlation_id: 'c-1',
      references: [id],
      content: { details: 'Merged.', context: { ready: true, requirement: 'task-2' } },
    });
    expect((await ctx.store.find(id))[0]?.message).toMatchObject({
      status: 'COMPLETED',
      delivery: { result: `Answered by ${told?.message.id}` },
    });
    expect(await waits()).toEqual([]);
  });

  test('one message for each agent that waits, for all that it sent', async () => {
    const ids = [await blocker('claude', 'gpt', ['x']), await blocker('gemini', 'gpt', ['x']), await blocker('claude', 'gpt', ['x'])];
    const { answers } = await ready(ctx, { agent: 'gpt', what: 'x' });
    expect(answers.map(({ waiter, originals, completed }) => ({ waiter, originals, completed }))).toEqual([
      { waiter: 'claude', originals: [ids[0], ids[2]], completed: [ids[0], ids[2]] },
      { waiter: 'gemini', originals: [ids[1]], completed: [ids[1]] },
    ]);
    expect(await ctx.store.list({ inboxes: ['claude'] })).toHaveLength(1);
    expect(await waits()).toEqual([]);
  });

  test('by the id of a message, everything that it waits for', async () => {
    const id = await blocker('claude', 'gpt', ['x', 'y']);
    await blocker('claude', 'gpt', ['x']);
    const { answers } = await ready(ctx, { agent: 'gpt', what: id });
    expect(answers).toMatchObject([{ originals: [id], completed: [id], sent: { message: { subject: `${id} is ready` } } }]);
    expect(answers[0]?.sent?.message.content.context).toEqual({ ready: true });
    expect(await waits()).toEqual(['claude > gpt msg-002', 'claude > x msg-002']);
  });

  test('by the own name, everything that waits for the agent', async () => {
    const [toMe, forMe] = [await blocker('claude', 'gpt'), await blocker('claude', 'gemini', ['codex'])];
    const { answers } = await ready(ctx, { agent: 'gpt', what: 'gpt' });
    expect(answers).toMatchObject([{ originals: [toMe, forMe], completed: [toMe] }]);
    expect(await waits()).toEqual(['claude > gemini msg-002']);
    expect(await statusOf(forMe, 'gemini')).toBe('PENDING');
  });

  test('what also waits for something else stays open until that is ready, too', async () => {
    const id = await blocker('claude', 'gpt', ['x', 'y']);
    expect((await ready(ctx, { agent: 'gpt', what: 'x' })).answers).toMatchObject([{ completed: [] }]);
    expect(await statusOf(id)).toBe('PENDING');
    expect(await waits()).toEqual(['claude > gpt msg-001', 'claude > y msg-001']);
    expect((await ready(ctx, { agent: 'gpt', what: 'x' })).answers).toEqual([]);
    expect((await ready(ctx, { agent: 'gpt', what: 'y' })).answers).toMatchObject([{ completed: [id] }]);
    expect(await waits()).toEqual([]);
  });

  test('whoever did it may say so, and completes nothing of others', async () => {
    const id = await blocker('claude', 'gpt', ['x']);
    expect((await ready(ctx, { agent: 'gemini', what: 'x' })).answers).toMatchObject([{ waiter: 'claude', completed: [] }]);
    expect(await statusOf(id)).toBe('PENDING');
    expect(await waits()).toEqual(['claude > gpt msg-001']);
    // It was told; the recipient has only to put its copy away.
    const { answers } = await ready(ctx, { agent: 'gpt', what: 'x' });
    expect(answers).toEqual([{ waiter: 'claude', originals: [id], completed: [id], left: [] }]);
  });

  test('nobody answers for another agent, nor for itself', async () => {
    await blocker('claude', 'gpt', ['gemini', 'x']);
    expect((await ready(ctx, { agent: 'claude', what: 'x' })).answers).toEqual([]);
    ctx = testContext();
    await blocker('claude', 'gemini', ['gpt']);
    expect((await ready(ctx, { agent: 'claude', what: 'gpt' })).answers).toEqual([]);
  });

  test('the owner of a task, by the plan', async () => {
    const task = {
      id: 'task-2',
      title: '',
      owner: 'gemini',
      files: [],
      dependsOn: [],
      status: 'active',
      communicationEnabled: true,
    } as const;
    const plan = { phases: [], decisions: [], tasks: [{ ...task, files: [], dependsOn: [] }] } satisfies Plan;
    await blocker('claude', 'gpt', ['TASK-2']);
    const finished: string[] = [];
    const finishTask = async (id: string, agent: string) => finished.push(`${id} ${agent}`) > 0;
    const readied = await ready(ctx, { agent: 'gemini', what: 'task-2' }, { plan, finishTask });
    expect(readied).toMatchObject({ taskDone: true, answers: [{ waiter: 'claude' }] });
    expect(finished).toEqual(['task-2 gemini']);
    expect(await waits(plan)).toEqual(['claude > gpt msg-001', 'task-2 > gemini undefined']);
  });

  test('a copy that is blocked, or claimed by the agent, is completed', async () => {
    const [blocked, claimed] = [await blocker('claude', 'gpt', ['x']), await blocker('gemini', 'gpt', ['x'])];
    await ctx.store.block({ agent: 'gpt', id: blocked, reason: 'Not yet' });
    await ctx.store.claim({ agent: 'gpt', id: claimed });
    expect((await ready(ctx, { agent: 'gpt', what: 'x' })).answers).toMatchObject([
      { completed: [blocked], left: [] },
      { completed: [claimed] },
    ]);
    expect(await waits()).toEqual([]);
  });

  test("a group's copy that another member works on is left to it, and who waits is told all the same", async () => {
    ctx = testContext({ groups: { reviewers: ['gpt', 'gemini'] } });
    await ctx.store.addInbox('reviewers');
    await sendToGroup(ctx, 'reviewers', request('claude', 'gpt', ['x']));
    await ctx.store.claim({ agent: 'gemini', id: 'msg-001' });
    const { answers } = await ready(ctx, { agent: 'gpt', what: 'x' });
    expect(answers).toMatchObject([
      { completed: [], left: [{ id: 'msg-001', code: 'ALREADY_CLAIMED' }], sent: { deliveries: [{ outcome: 'delivered' }] } },
    ]);
  });

  test('again after a crash between two writes it tells nobody twice', async () => {
    const ids = [await blocker('claude', 'gpt', ['x']), await blocker('claude', 'gpt', ['x'])];
    const { store } = ctx;
    const crashing = { ...ctx, store: { ...store, complete: () => Promise.reject(new Error('killed')) } };
    await expect(ready(crashing, { agent: 'gpt', what: 'x' })).rejects.toThrow('killed');
    expect(await statusOf(ids[0] ?? '')).toBe('COMPLETED');
    const { answers } = await ready(ctx, { agent: 'gpt', what: 'x' });
    expect(answers).toEqual([{ waiter: 'claude', originals: [ids[1]], completed: [ids[1]], left: [] }]);
    expect(await store.list({ inboxes: ['claude'] })).toHaveLength(1);
  });

  test('who cannot be told is reported, and the others are told', async () => {
    await blocker('claude', 'gpt', ['x']);
    await blocker('gemini', 'gpt', ['x']);
    const { settings } = ctx.workspace;
    ctx = {
      ...ctx,
      workspace: { ...ctx.workspace, settings: { ...settings, agents: settings.agents.filter((name) => name !== 'claude') } },
    };
    const { answers } = await ready(ctx, { agent: 'gpt', what: 'x' });
    expect(answers).toMatchObject([
      { waiter: 'claude', completed: [], error: { code: 'UNKNOWN_AGENT' } },
      { waiter: 'gemini', completed: ['msg-002'] },
    ]);
    expect(await statusOf('msg-001')).toBe('PENDING');
  });

  test('where nobody waits there is nothing to say', async () => {
    const id = await blocker('claude', 'gpt', ['x']);
    await ctx.store.complete({ agent: 'gpt', id });
    for (const what of ['x', 'y', id]) expect(await ready(ctx, { agent: 'gpt', what })).toEqual({ what, answers: [], taskDone: false });
    expect(await ctx.store.list({ inboxes: ['claude'] })).toEqual([]);
  });

  test.each([
    ['msg-009', 'MESSAGE_NOT_FOUND', 'search'],
    ['msg-001', 'USAGE', 'comms reply msg-001'],
    ['msg-002', 'MESSAGE_NOT_FOUND', 'comms read msg-002'],
    [' ', 'USAGE', 'Name a task'],
    ['x'.repeat(201), 'USAGE', 'Name a task'],
  ] as const)('%.10s is refused as %s', async (what, code, hint) => {
    await send(ctx, info());
    await blocker('claude', 'gemini', ['y']);
    expect((await refusal(() => ready(ctx, { agent: 'gpt', what }), code)).hint).toContain(hint);
  });
});
