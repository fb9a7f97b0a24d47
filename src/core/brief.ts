import { CommsError } from '../errors.ts';
import type { BriefFacts, BriefLimits } from '../orchestrator/brief/brief.ts';
import { renderBrief } from '../orchestrator/brief/render.ts';
import { rightsOf } from '../orchestrator/brief/rights.ts';
import { slipsIn } from '../orchestrator/brief/slips.ts';
import { combined, type GivenTask, parseTasks } from '../orchestrator/brief/task-file.ts';
import { isUnknown, phaseOf, taskOf } from '../orchestrator/plan/look-up.ts';
import type { Phase, Plan } from '../orchestrator/plan/plan.ts';
import { agentOf } from './agents.ts';
import type { Brief, BriefRequest } from './brief-requests.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { inbox } from './look.ts';
import { planOf } from './plan.ts';
import type { TaskSummary } from './plan-requests.ts';
import { reservedByOthers } from './reserved-by-others.ts';
import { taskSummary } from './tasks.ts';

/** A message that says nothing of a phase or a task: what the agent is in follows from the plan alone. */
const PLAIN = { metadata: {} };

/**
 * What an agent must know to work with messages, as Markdown for its prompt and as data.
 * @throws UNKNOWN_AGENT, INVALID_NAME, USAGE where nobody or several are meant, INVALID_PLAN for plan.json or `tasks`
 */
export async function brief(ctx: CoreContext, request: BriefRequest): Promise<Brief> {
  const { settings } = ctx.workspace;
  const all = request.tasks === undefined ? [] : parseTasks(request.tasks, settings.aliases);
  const agent = agentOf(ctx, request.agent ?? onlyAgent(all));
  const given = all.filter((task) => task.agent === agent);
  if (all.length > 0 && given.length === 0) throw noneFor(agent, all);
  const facts = await factsOf(ctx, agent, given, await planOf(ctx));
  const warnings = slipsIn(given, [...settings.agents, ...Object.keys(settings.groups)]);
  return { ...briefFrom(facts, renderBrief(facts)), ...(warnings.length > 0 && { warnings }) };
}

async function factsOf(ctx: CoreContext, agent: string, given: GivenTask[], plan: Plan | undefined): Promise<BriefFacts> {
  const { root, settings } = ctx.workspace;
  const { raw, communication } = settings;
  const phase = plan && phaseFor(plan, agent);
  const isGiven = given.length > 0;
  const task = isGiven ? combined(given) : plan && taskOf(plan, { message: PLAIN, sender: agent });
  const [subscriptions, { messages, places }, reservations] = await Promise.all([
    ctx.store.subscriptions(),
    inbox(ctx, { agent }),
    reservedByOthers(ctx, agent),
  ]);
  const { description, aliases = [] } = raw.agents[agent] ?? {};
  return {
    agent,
    ...(description !== undefined && { description }),
    aliases,
    groups: inboxesOf(ctx, agent).filter((name) => name !== agent),
    channels: subscriptions.filter((one) => one.agent === agent).map(({ channel }) => channel),
    root,
    rights: rightsOf({ agent, settings, phase, task: task && !isUnknown(task) ? task : undefined, isEnabledByTask: isGiven }),
    orchestrators: communication.orchestrators,
    ...(phase && { phase }),
    tasks: plan ? tasksFor(plan, agent) : [],
    limits: limitsOf(ctx, agent, phase),
    waiting: messages.map(({ id, type, priority, status, sender, subject }, at) => ({
      ...{ id: String(id), type: String(type), priority, status: String(status), sender: String(sender), subject: String(subject) },
      inbox: places[at]?.inbox ?? agent,
    })),
    reservations,
    given: given.map(({ description: title, prompt }) => ({ description: title, prompt })),
  };
}

/** The one that it is in, else the next that waits for its start. */
function phaseFor(plan: Plan, agent: string): Phase | undefined {
  const current = phaseOf(plan, { message: PLAIN, sender: agent, recipients: [] });
  if (current && !isUnknown(current)) return current;
  return plan.phases.find(({ status, agents }) => status === 'planned' && agents.includes(agent));
}

function tasksFor(plan: Plan, agent: string): BriefFacts['tasks'] {
  const own = plan.tasks.filter(({ owner, status }) => owner === agent && status !== 'done');
  const sorted = [...own.filter(({ status }) => status === 'active'), ...own.filter(({ status }) => status === 'planned')];
  return sorted.map((task) => ({ ...task, waitsFor: taskSummary(plan, task).waits_for }));
}

function limitsOf({ workspace: { settings } }: CoreContext, agent: string, phase: Phase | undefined): BriefLimits {
  const { rateLimits, permissions, communication } = settings;
  const rates = [rateLimits.minute?.[agent], rateLimits.agents[agent] ?? rateLimits.sender];
  const own = permissions[agent]?.maxPerPhase;
  const every = phase?.rules.maxMessages ?? communication.maxPerPhase;
  const answer = phase?.rules.timeoutMinutes ?? communication.timeoutMinutes;
  return {
    aMinute: rates.flatMap((rate) => (rate ? rate.refillPerMs * 60_000 : [])),
    ...(phase && own !== undefined && { ownPerPhase: own }),
    ...(phase && every !== undefined && { allPerPhase: every }),
    ...(phase && answer !== undefined && { responseMinutes: answer }),
  };
}

function briefFrom(facts: BriefFacts, markdown: string): Brief {
  const { rights, phase, limits } = facts;
  return {
    agent: facts.agent,
    markdown,
    communication_enabled: rights.alone === undefined,
    ...(rights.alone !== undefined && { reason: rights.alone }),
    may_send_to: rights.maySendTo,
    may_broadcast: rights.mayBroadcast,
    max_priority: rights.maxPriority,
    types: rights.types ?? null,
    direct_messages: rights.direct,
    phase: phase ? { id: phase.id, name: phase.name, status: phase.status } : null,
    tasks: facts.tasks.map(
      ({ id, title, status, owner, phase: its, files, dependsOn, waitsFor }): TaskSummary => ({
        ...{ id, title, status, files, depends_on: dependsOn, waits_for: waitsFor },
        ...(owner !== undefined && { owner }),
        ...(its !== undefined && { phase: its }),
      }),
    ),
    limits: {
      per_minute: limits.aMinute.length > 0 ? Math.min(...limits.aMinute) : null,
      own_per_phase: limits.ownPerPhase ?? null,
      all_per_phase: limits.allPerPhase ?? null,
      response_minutes: limits.responseMinutes ?? null,
    },
    waiting: facts.waiting,
    reservations: facts.reservations,
  };
}

function onlyAgent(tasks: readonly GivenTask[]): string {
  const agents = [...new Set(tasks.map(({ agent }) => agent))];
  const [only] = agents;
  if (only !== undefined && agents.length === 1) return only;
  if (agents.length === 0) {
    throw new CommsError('USAGE', 'A brief is for an agent, and none was named.', { hint: 'For example: comms brief claude' });
  }
  throw new CommsError('USAGE', `The tasks are for several agents: ${agents.join(', ')}.`, {
    hint: `Name one of them, such as: comms brief ${only} --task FILE`,
    details: { agents },
  });
}

function noneFor(agent: string, tasks: readonly GivenTask[]): CommsError {
  const agents = [...new Set(tasks.map((task) => task.agent))];
  return new CommsError('USAGE', `None of the tasks is for ${agent}: they are for ${agents.join(', ')}.`, {
    hint: 'Leave the agent out, or name one of these.',
    details: { agent, agents },
  });
}
