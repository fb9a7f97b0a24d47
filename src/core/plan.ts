import { CommsError, errnoOf } from '../errors.ts';
import type { Problem } from '../message/message.ts';
import { parsePlan, parsePlanFile, planFrom } from '../orchestrator/plan/parse.ts';
import type { Plan } from '../orchestrator/plan/plan.ts';
import { PLAN_FILE } from '../workspace/layout.ts';
import type { CoreContext } from './context.ts';

/** The plan as it stands now; undefined where there is no plan.json. @throws INVALID_PLAN */
export async function planOf({ plan, workspace }: CoreContext): Promise<Plan | undefined> {
  const text = await plan?.read();
  return text === undefined ? undefined : parsePlan(text, workspace.settings);
}

/** @throws PLAN_NOT_FOUND, INVALID_PLAN */
export async function requirePlan(ctx: CoreContext): Promise<Plan> {
  const plan = await planOf(ctx);
  if (plan) return plan;
  throw planNotFound(ctx);
}

/** The refusal where there is no plan.json, with a small one to begin with. */
export function planNotFound({ workspace: { root, settings } }: CoreContext): CommsError {
  const [first = 'claude', second = 'gpt'] = settings.agents;
  const example = {
    phases: [{ id: 'build', agents: [first, second], parallel: true }],
    tasks: [{ id: 'task-1', title: 'Build it', owner: first, phase: 'build', files: ['src/**'] }],
  };
  return new CommsError('PLAN_NOT_FOUND', `There is no ${PLAN_FILE} in ${root}.`, {
    hint: `Write one there, such as: ${JSON.stringify(example)} (comms schema plan prints what it may hold)`,
    details: { file: `${root}/${PLAN_FILE}`, example },
  });
}

/** What is wrong with plan.json. @throws PLAN_NOT_FOUND */
export async function checkPlan(ctx: CoreContext): Promise<Problem[]> {
  const problems = await planProblemsIn(ctx);
  if (problems === undefined) throw planNotFound(ctx);
  return problems;
}

/** The same; undefined where there is none. */
export async function planProblemsIn(ctx: CoreContext): Promise<Problem[] | undefined> {
  const { agents, groups, aliases } = ctx.workspace.settings;
  try {
    const text = await ctx.plan?.read();
    if (text === undefined) return undefined;
    const file = parsePlanFile(text);
    const [{ planProblems }, { overlaps }] = await Promise.all([
      import('../orchestrator/plan/check.ts'),
      import('../orchestrator/paths/glob.ts'),
    ]);
    return planProblems(planFrom(file, aliases), { agents, groups, aliases, file, overlaps });
  } catch (error) {
    return problemsFrom(error);
  }
}

/** What an error of reading a plan says, as problems. @throws what is no such error */
function problemsFrom(error: unknown): Problem[] {
  if (error instanceof CommsError && Array.isArray(error.details?.problems)) return error.details.problems as Problem[];
  if (errnoOf(error) === undefined) throw error;
  const message = `it cannot be read: ${error instanceof Error ? error.message : error}`;
  return [{ severity: 'error', code: 'UNREADABLE', file: PLAN_FILE, message, hint: 'Make it a file that you may read.' }];
}
