import { describe, expect, it, test } from 'vitest';
import { finishTask, listTasks } from '../../src/core/tasks.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import { refusal, testContext } from './context.ts';
import { documentOf } from './documents.ts';

const PLAN = {
  phases: [{ id: 'later' }],
  tasks: [
    { id: 'api', owner: 'codex', files: ['src/**'] },
    { id: 'ui', title: 'UI', owner: 'claude', phase: 'later', depends_on: ['api', 'design'] },
    { id: 'docs', depends_on: ['api'] },
    { id: 'design', status: 'done' },
    { id: 'all', depends_on: ['api', 'docs'] },
  ],
};

function planned(communication = {}) {
  const file = documentOf(PLAN);
  const settings = settingsFrom({ version: '1.0', agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} }, communication });
  return { file, ctx: testContext({ communication: settings.communication }, { plan: file }) };
}

test('lists tasks with what they wait for', async () => {
  const tasks = await listTasks(planned().ctx);
  expect(tasks[0]).toEqual({ id: 'api', title: 'api', status: 'active', owner: 'gpt', files: ['src/**'], depends_on: [], waits_for: [] });
  expect(tasks.map(({ id, status, waits_for }) => [id, status, waits_for])).toEqual([
    ['api', 'active', []],
    ['ui', 'planned', ['api']],
    ['docs', 'active', ['api']],
    ['design', 'done', []],
    ['all', 'active', ['api', 'docs']],
  ]);
});

test('done by its owner, and what waited for nothing else', async () => {
  const { ctx, file } = planned();
  const done = await finishTask(ctx, { id: 'api', agent: 'codex' });
  expect(done).toMatchObject({ changed: true, task: { id: 'api', status: 'done' } });
  expect(done.ready.map(({ id }) => id)).toEqual(['ui', 'docs']);
  expect(JSON.parse(file.text ?? '')).toEqual({ ...PLAN, tasks: [{ ...PLAN.tasks[0], status: 'done' }, ...PLAN.tasks.slice(1)] });
  expect(await finishTask(ctx, { id: 'api', agent: 'gpt' })).toMatchObject({ changed: false, ready: [] });
});

describe('who may', () => {
  it.each([
    ['a person', {}, {}],
    ['an orchestrator', { agent: 'gemini' }, { orchestrators: ['gemini'] }],
  ])('%s', async (_, request, communication) => {
    expect(await finishTask(planned(communication).ctx, { id: 'api', ...request })).toMatchObject({ changed: true });
  });

  it('anybody, where nobody owns it, and not an agent that does not', async () => {
    const { ctx, file } = planned();
    expect((await refusal(() => finishTask(ctx, { id: 'api', agent: 'claude' }), 'REFUSED')).hint).toContain(
      'comms task done api --as gpt',
    );
    expect(file.text).toBe(JSON.stringify(PLAN));
    expect(await finishTask(ctx, { id: 'docs', agent: 'claude' })).toMatchObject({ changed: true });
  });
});

test('is refused for a task, an agent or a plan that there is not', async () => {
  const { ctx } = planned();
  expect((await refusal(() => finishTask(ctx, { id: 'dcos' }), 'UNKNOWN_TASK')).hint).toContain('Did you mean "docs"?');
  await refusal(() => finishTask(ctx, { id: 'api', agent: 'nobody' }), 'UNKNOWN_AGENT');
  await refusal(() => finishTask(testContext(), { id: 'api' }), 'PLAN_NOT_FOUND');
  await refusal(() => finishTask(testContext({}, { plan: documentOf() }), { id: 'api' }), 'PLAN_NOT_FOUND');
});
