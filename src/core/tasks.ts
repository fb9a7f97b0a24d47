import { CommsError } from '../errors.ts';
import { quote } from '../message/text.ts';
import { tasksById } from '../orchestrator/plan/check-dependencies.ts';
import { editPlan } from '../orchestrator/plan/edit.ts';
import { parsePlan } from '../orchestrator/plan/parse.ts';
import type { Plan, Task } from '../orchestrator/plan/plan.ts';
import { idHint } from '../orchestrator/plan/plan-problem.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { planNotFound, requirePlan } from './plan.ts';
import type { TaskDone, TaskRequest, TaskSummary } from './plan-requests.ts';

/** The tasks of plan.json, in their order. @throws PLAN_NOT_FOUND, INVALID_PLAN */
export async function listTasks(ctx: CoreContext): Promise<TaskSummary[]> {
  const plan = await requirePlan(ctx);
  return plan.tasks.map((task) => taskSummary(plan, task));
}

/**
 * Says in plan.json that a task is done. It may be done already, and its phase need not be active.
 * @throws PLAN_NOT_FOUND, UNKNOWN_TASK, UNKNOWN_AGENT, REFUSED for a task of somebody else, INVALID_PLAN, LOCK_TIMEOUT
 */
export async function finishTask(ctx: CoreContext, { id, agent }: TaskRequest): Promise<TaskDone> {
  const { plan: file, workspace } = ctx;
  if (!file) throw planNotFound(ctx);
  const by = agent === undefined ? undefined : agentOf(ctx, agent);
  let changed = false;
  let after = '';
  await file.update((text) => {
    if (text === undefined) throw planNotFound(ctx);
    const task = taskCalled(parsePlan(text, workspace.settings), id);
    refuseOthers(ctx, task, by);
    changed = task.status !== 'done';
    after = changed ? editPlan(text, 'tasks', id, { status: 'done' }) : text;
    return after;
  });
  const plan = parsePlan(after, workspace.settings);
  const ready = changed ? plan.tasks.filter((task) => task.status !== 'done' && task.dependsOn.includes(id)) : [];
  return {
    task: taskSummary(plan, taskCalled(plan, id)),
    changed,
    ready: ready.map((task) => taskSummary(plan, task)).filter(({ waits_for }) => waits_for.length === 0),
  };
}

export function taskSummary(plan: Plan, { id, title, status, owner, phase, files, dependsOn }: Task): TaskSummary {
  const byId = tasksById(plan);
  return {
    id,
    title,
    status,
    ...(owner !== undefined && { owner }),
    ...(phase !== undefined && { phase }),
    files,
    depends_on: dependsOn,
    waits_for: dependsOn.filter((one) => byId.get(one)?.status !== 'done'),
  };
}

/** Without a name it is a person who says so. */
function refuseOthers({ workspace: { settings } }: CoreContext, { id, owner }: Task, by: string | undefined): void {
  if (by === undefined || owner === undefined || owner === by || settings.communication.orchestrators.includes(by)) return;
  throw new CommsError('REFUSED', `The task ${quote(id)} is ${owner}'s, and not ${by}'s.`, {
    hint: `${owner} says that it is done: comms task done ${id} --as ${owner}`,
    details: { task: id, owner, agent: by },
  });
}

/** @throws UNKNOWN_TASK */
function taskCalled({ tasks }: Plan, id: string): Task {
  const task = tasks.find((one) => one.id === id);
  if (task) return task;
  throw new CommsError('UNKNOWN_TASK', `There is no task ${quote(id)} in plan.json.`, {
    hint: `${idHint('task', id, tasks)} comms task list shows all of them.`,
    details: { task: id.slice(0, 200), known: tasks.map((one) => one.id) },
  });
}
