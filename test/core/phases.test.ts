import { describe, expect, it, test } from 'vitest';
import { changePhase, listPhases } from '../../src/core/phases.ts';
import type { PhaseRequest } from '../../src/core/requests.ts';
import { phaseLimit } from '../../src/orchestrator/plan/phase-limit.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import { refusal, testContext } from './context.ts';
import { documentOf } from './documents.ts';

const PLAN = {
  phases: [
    { id: 'build', name: 'Build', agents: ['claude', 'codex'], parallel: true, communication_rules: { max_messages_per_phase: 3 } },
    { id: 'review', agents: ['gpt'] },
  ],
  tasks: [
    { id: 'a', phase: 'build', owner: 'claude' },
    { id: 'b', phase: 'build', owner: 'gpt', status: 'done' },
    { id: 'c', phase: 'review', owner: 'gpt', depends_on: ['a', 'b'] },
    { id: 'd', phase: 'review', owner: 'gpt', depends_on: ['c'] },
  ],
  own: 'kept',
};

function planned(plan: object | string | undefined = PLAN) {
  const file = documentOf(plan);
  const ctx = testContext({}, { plan: file });
  return { ctx, file, change: (id: string, action: PhaseRequest['action'], again = false) => changePhase(ctx, { id, action, again }) };
}

test('lists phases with their tasks, agents by name, and messages where there is a limit', async () => {
  expect(await listPhases(planned().ctx)).toEqual([
    {
      ...{ id: 'build', name: 'Build', status: 'planned', agents: ['claude', 'gpt'], parallel: true, communication_enabled: true },
      ...{ tasks_done: 1, tasks_total: 2, messages: { used: 0, limit: 3 } },
    },
    {
      ...{ id: 'review', name: 'review', status: 'planned', agents: ['gpt'], parallel: false, communication_enabled: true },
      ...{ tasks_done: 0, tasks_total: 2 },
    },
  ]);
});

test('the limit of config.json is that of phases that name none', async () => {
  const { communication } = settingsFrom({ version: '1.0', agents: {}, communication: { max_messages_per_phase: 50 } });
  const phases = await listPhases(testContext({ communication }, { plan: documentOf(PLAN) }));
  expect(phases.map(({ messages }) => messages?.limit)).toEqual([3, 50]);
});

test('what was taken from its bucket counts, and not after a new start', async () => {
  const { ctx, change } = planned();
  const { phase } = await change('build', 'start');
  const limit = phaseLimit({ id: 'build', startedAt: phase.started_at } as never, 3);
  for (let left = 2; left > 0; left -= 1) {
    const draft = { sender: 'claude', type: 'INFO', priority: 'low', subject: 'x', content: { details: 'x' } };
    await ctx.store.deliver({ draft: draft as never, recipients: ['gpt'], limits: [limit] });
    ctx.tick(86_400_000);
  }
  expect((await listPhases(ctx))[0]?.messages).toEqual({ used: 2, limit: 3 });
  await change('build', 'end');
  expect((await change('build', 'start', true)).phase.messages).toEqual({ used: 0, limit: 3 });
});

test('what somebody made active by hand counts its messages, too', async () => {
  const { ctx } = planned({ version: '1.0', phases: [{ id: 'build', name: 'Build', agents: ['claude'], status: 'active' }] });
  const draft = { sender: 'claude', type: 'INFO', priority: 'low', subject: 'x', content: { details: 'x' } };
  const limited = testContext(
    { communication: { ...ctx.workspace.settings.communication, maxPerPhase: 3 } },
    { store: ctx.store, ...(ctx.plan && { plan: ctx.plan }) },
  );
  await ctx.store.deliver({ draft: draft as never, recipients: ['gpt'], limits: [phaseLimit({ id: 'build' } as never, 3)] });
  expect((await listPhases(limited))[0]?.messages).toEqual({ used: 1, limit: 3 });
});

test('walks through its life, with times of the clock; the rest of the file stays', async () => {
  const { ctx, file, change } = planned();
  const at = (hour: number) => `2026-01-17T${hour}:00:00.000Z`;
  const hour = () => ctx.tick(3_600_000);
  const entry = () => JSON.parse(file.text ?? '').phases[0];
  expect(await change('build', 'start')).toMatchObject({
    phase: { status: 'active', started_at: at(12) },
    previous_status: 'planned',
    warnings: [],
  });
  hour();
  expect(await change('build', 'pause')).toMatchObject({ phase: { status: 'paused', paused_at: at(13) }, previous_status: 'active' });
  hour();
  expect((await change('build', 'resume')).phase).toMatchObject({ status: 'active', started_at: at(12) });
  expect(entry()).not.toHaveProperty('paused_at');
  await change('build', 'pause');
  hour();
  const ended = await change('build', 'end');
  expect(ended).toMatchObject({ phase: { status: 'ended', ended_at: at(15) }, warnings: ['Not done yet in this phase: "a".'] });
  expect(entry()).not.toHaveProperty('paused_at');
  hour();
  await change('build', 'start', true);
  expect(entry()).toEqual({ ...PLAN.phases[0], status: 'active', started_at: at(16) });
  expect(JSON.parse(file.text ?? '')).toMatchObject({ own: 'kept', tasks: PLAN.tasks });
});

describe('a start warns', () => {
  it('of tasks of other phases that its own wait for', async () => {
    expect((await planned().change('review', 'start')).warnings).toEqual(['"c" waits for "a", not done yet.']);
  });

  it('of agents that another active phase has, where one of the two is not parallel', async () => {
    const { change } = planned({ ...PLAN, tasks: [] });
    await change('build', 'start');
    expect((await change('review', 'start')).warnings).toEqual(['The phase "build" is active, too, with gpt.']);
  });

  it('of neither where both are parallel, and of nobody in it', async () => {
    const { change } = planned({ phases: [PLAN.phases[0], { id: 'p', agents: ['gpt'], parallel: true }, { id: 'empty' }] });
    await change('build', 'start');
    expect((await change('p', 'start')).warnings).toEqual([]);
    expect((await change('empty', 'start')).warnings).toEqual(['Nobody works in the phase "empty": plan.json names no agents of it.']);
  });
});

describe('is refused', () => {
  it('without a plan, with a small one that fits the schema', async () => {
    for (const parts of [{}, { plan: documentOf() }]) {
      const ctx = testContext({}, parts);
      for (const act of [() => listPhases(ctx), () => changePhase(ctx, { id: 'p', action: 'start' })]) {
        const { hint = '' } = await refusal(act, 'PLAN_NOT_FOUND');
        const [example = ''] = /\{.*\}/.exec(hint) ?? [];
        expect(await listPhases(planned(example).ctx)).toMatchObject([{ agents: ['claude', 'gpt'], tasks_total: 1 }]);
      }
    }
  });

  it('for a phase that there is not, with the nearest', async () => {
    const { change, file } = planned();
    expect((await refusal(() => change('biuld', 'start'), 'UNKNOWN_PHASE')).hint).toContain('Did you mean "build"?');
    expect(file.text).toBe(JSON.stringify(PLAN));
  });

  it('in another status, and for a plan that is none', async () => {
    const { change, file } = planned();
    await refusal(() => change('build', 'resume'), 'WRONG_PHASE_STATUS');
    expect(file.text).toBe(JSON.stringify(PLAN));
    await refusal(() => planned('{').change('build', 'start'), 'INVALID_PLAN');
  });
});
