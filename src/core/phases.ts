import { CommsError } from '../errors.ts';
import { quote } from '../message/text.ts';
import { isoOf } from '../message/time.ts';
import { type Change, editPlan } from '../orchestrator/plan/edit.ts';
import { parsePlan } from '../orchestrator/plan/parse.ts';
import { phaseLimit } from '../orchestrator/plan/phase-limit.ts';
import { endWarnings, startWarnings } from '../orchestrator/plan/phase-warnings.ts';
import type { Phase, Plan } from '../orchestrator/plan/plan.ts';
import { idHint } from '../orchestrator/plan/plan-problem.ts';
import { type PhaseAction, statusAfter } from '../orchestrator/plan/transition.ts';
import type { CoreContext } from './context.ts';
import { planNotFound, requirePlan } from './plan.ts';
import type { PhaseChanged, PhaseRequest, PhaseSummary } from './plan-requests.ts';

/** The phases of plan.json, in their order. @throws PLAN_NOT_FOUND, INVALID_PLAN */
export async function listPhases(ctx: CoreContext): Promise<PhaseSummary[]> {
  const plan = await requirePlan(ctx);
  return Promise.all(plan.phases.map((phase) => summaryOf(ctx, plan, phase)));
}

/**
 * Starts, pauses, resumes or ends a phase, and writes that into plan.json.
 * @throws PLAN_NOT_FOUND, UNKNOWN_PHASE, WRONG_PHASE_STATUS, INVALID_PLAN, LOCK_TIMEOUT
 */
export async function changePhase(ctx: CoreContext, { id, action, again = false }: PhaseRequest): Promise<PhaseChanged> {
  if (!ctx.plan) throw planNotFound(ctx);
  let before: Phase | undefined;
  let after = '';
  await ctx.plan.update((text) => {
    if (text === undefined) throw planNotFound(ctx);
    before = phaseCalled(parsePlan(text, ctx.workspace.settings), id);
    const status = statusAfter(before, action, again);
    after = editPlan(text, 'phases', id, { status, ...timesOf(action, isoOf(ctx.clock())) });
    return after;
  });
  const plan = parsePlan(after, ctx.workspace.settings);
  const phase = phaseCalled(plan, id);
  return {
    phase: await summaryOf(ctx, plan, phase),
    previous_status: before?.status ?? phase.status,
    warnings: warningsOf(plan, phase, action),
  };
}

/** @throws UNKNOWN_PHASE */
function phaseCalled({ phases }: Plan, id: string): Phase {
  const phase = phases.find((one) => one.id === id);
  if (phase) return phase;
  throw new CommsError('UNKNOWN_PHASE', `There is no phase ${quote(id)} in plan.json.`, {
    hint: `${idHint('phase', id, phases)} comms phase list shows all of them.`,
    details: { phase: id.slice(0, 200), known: phases.map((one) => one.id) },
  });
}

function warningsOf(plan: Plan, phase: Phase, action: PhaseAction): string[] {
  if (action === 'start') return startWarnings(plan, phase);
  return action === 'end' ? endWarnings(plan, phase) : [];
}

/** What is counted from a start on, begins with it anew. */
function timesOf(action: PhaseAction, now: string): Change {
  if (action === 'start') return { started_at: now, paused_at: null, ended_at: null };
  if (action === 'pause') return { paused_at: now };
  return action === 'resume' ? { paused_at: null } : { paused_at: null, ended_at: now };
}

async function summaryOf(ctx: CoreContext, { tasks }: Plan, phase: Phase): Promise<PhaseSummary> {
  const { id, name, status, agents, parallel, startedAt, pausedAt, endedAt } = phase;
  const its = tasks.filter((task) => task.phase === id);
  const messages = await messagesOf(ctx, phase);
  return {
    id,
    name,
    status,
    agents,
    parallel,
    communication_enabled: phase.communicationEnabled,
    ...(startedAt !== undefined && { started_at: startedAt }),
    ...(pausedAt !== undefined && { paused_at: pausedAt }),
    ...(endedAt !== undefined && { ended_at: endedAt }),
    tasks_done: its.filter((task) => task.status === 'done').length,
    tasks_total: its.length,
    ...(messages && { messages }),
  };
}

async function messagesOf({ store, workspace: { settings } }: CoreContext, phase: Phase): Promise<PhaseSummary['messages']> {
  const limit = phase.rules.maxMessages ?? settings.communication.maxPerPhase;
  if (limit === undefined) return undefined;
  // What never began has no bucket that anybody took from.
  const [level] = phase.status === 'planned' ? [] : await store.rates([phaseLimit(phase, limit)]);
  return { used: level ? limit - level.tokens : 0, limit };
}
