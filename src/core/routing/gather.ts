import { isObject } from '../../message/json.ts';
import type { Message } from '../../message/message.ts';
import { waitsOf } from '../../orchestrator/conflicts/dependencies.ts';
import { parseReservations } from '../../orchestrator/conflicts/reservations-document.ts';
import { filesOf, isDependency, isOfWork } from '../../orchestrator/conflicts/work.ts';
import { isUnknown, phaseOf, taskOf } from '../../orchestrator/plan/look-up.ts';
import { parsePlan } from '../../orchestrator/plan/parse.ts';
import type { Plan, Task } from '../../orchestrator/plan/plan.ts';
import { resolveNames } from '../../orchestrator/plan/words.ts';
import type { CheckContext, Mode } from '../../orchestrator/verdict.ts';
import type { RateLimit } from '../../store/store.ts';
import type { Settings } from '../../workspace/workspace.ts';
import type { CoreContext } from '../context.ts';
import { EVERY_SECTION } from '../messages.ts';
import type { Checked } from '../send.ts';
import { phaseLimits } from './limits.ts';
import type { Documents } from './needs.ts';

export interface GatherOptions {
  documents: Documents;
  /** Ask the store what the buckets hold. Where the message is sent the store looks itself, in the step that delivers. */
  levels?: boolean;
}

/** All that the rules are to know of a message. @throws INVALID_PLAN, INVALID_CONFIG for a pattern that takes too long */
export async function gather(
  ctx: CoreContext,
  checked: Checked,
  { documents, levels = false }: GatherOptions,
): Promise<{ context: CheckContext; limits: RateLimit[] }> {
  const { settings } = ctx.workspace;
  const { permissions, communication, groups } = settings;
  const { message, recipients, broadcast, allowSensitive } = checked;
  const { sender } = message;
  const plan = documents.plan === undefined ? undefined : planIn(documents.plan, settings);
  const about = { message, sender, recipients };
  const found = plan && phaseOf(plan, about);
  const phase = isUnknown(found) ? undefined : found;
  // An id that is no task of the plan may be one of somebody's issue tracker.
  const named = plan && taskOf(plan, about);
  const task = isUnknown(named) ? undefined : named;
  const limits = [...(checked.limits ?? []), ...phaseLimits(settings, phase, sender)];
  const context: CheckContext = {
    ...about,
    mode: modeOf({ broadcast, recipients, sender, task }, communication.mode),
    now: ctx.clock(),
    permissions,
    communication,
    agents: settings.agents,
    aliases: settings.aliases,
    groups,
    ...(plan && { plan }),
    ...(phase && { phase }),
    ...(task && { task }),
    ...(isUnknown(found) && { unknownPhase: found.unknown }),
    files: await filesIn(ctx, message),
    reservations: documents.reservations === undefined ? [] : reservationsIn(documents.reservations, settings.aliases),
    waits: communication.detectsConflicts && isDependency(message) ? await waitsIn(ctx, plan) : [],
    sensitive: documents.suspicious ? await sensitiveIn(ctx, checked) : [],
    allowSensitive,
    levels: levels && limits.length > 0 ? await ctx.store.rates(limits) : [],
  };
  return { context, limits };
}

/** What a long-lived process parsed last; it looks at the plan with each message, and plans seldom change. */
let last: { text: string; settings: Settings; plan: Plan } | undefined;

function planIn(text: string, settings: Settings): Plan {
  if (last?.text !== text || last.settings !== settings) last = { text, settings, plan: parsePlan(text, settings) };
  return last.plan;
}

/** How a message travels: a task may let its owner write to some without mediation, or to nobody (DESIGN §8 "Orchestration"). */
function modeOf(
  { broadcast, recipients, sender, task }: { broadcast: boolean; recipients: readonly string[]; sender: string; task: Task | undefined },
  usual: 'mediated' | 'direct',
): Mode {
  if (broadcast) return 'broadcast';
  const direct = task?.owner === sender ? task.allowDirectMessages : undefined;
  if (direct === undefined) return usual;
  const allowed = direct === true || (Array.isArray(direct) && recipients.every((name) => direct.includes(name)));
  return allowed ? 'direct' : 'mediated';
}

/** Agents also write whole paths of their own machine. */
async function filesIn({ repository }: CoreContext, message: Message): Promise<string[]> {
  const relative = async (file: string) => {
    if (!/^\/|^[A-Za-z]:/.test(file)) return file;
    return (await repository?.globOf(file).catch(() => file)) ?? file;
  };
  return Promise.all(isOfWork(message.type) ? filesOf(message).map(relative) : []);
}

function reservationsIn(text: string, aliases: Readonly<Record<string, string>>) {
  return parseReservations(text, (name) => resolveNames([name], aliases)[0] ?? name).reservations;
}

/** Read from every inbox, so only for a message that says that somebody waits. */
async function waitsIn({ store, workspace: { settings } }: CoreContext, plan: Plan | undefined) {
  const mayEnd = ({ content }: Message) => isObject(content?.context) && content.context.ready === true;
  // An answer may lie in the archive already.
  const copies = await store.list({ sections: EVERY_SECTION, filter: (message) => isDependency(message) || mayEnd(message) });
  return waitsOf(copies, { ...settings, plan });
}

async function sensitiveIn({ workspace: { settings } }: CoreContext, { message }: Checked) {
  const { findSensitive } = await import('../../orchestrator/sensitive/scan.ts');
  return findSensitive(message, settings.communication.sensitive, settings.communication.filters);
}
