import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import { byAge } from '../message/priority.ts';
import { entryOf } from '../orchestrator/traffic/entry-of.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { placeOf } from './find.ts';
import type { Decided, HeldMessages, HeldRequest, RejectRequest, ReleaseRequest } from './held-requests.ts';
import { filterOf } from './look.ts';
import { namedRecipients } from './messages.ts';
import { planOf } from './plan.ts';
import { refuseSensitive } from './said.ts';

/** The messages that wait for a decision, the oldest first, one for each id. @throws UNKNOWN_AGENT, INVALID_NAME */
export async function held(ctx: CoreContext, { agent, filter, limit }: HeldRequest = {}): Promise<HeldMessages> {
  const passes = filterOf(ctx, filter);
  const decider = agent === undefined ? undefined : agentOf(ctx, agent);
  const copies = await ctx.store.list({
    sections: ['held'],
    filter: (message) => passes(message) && (decider === undefined || whyNot(ctx, decider, message) === undefined),
  });
  const ids = [...new Set(copies.map(({ message }) => message.id))];
  const messages = ids
    .map((id) => inOrder(copies.filter(({ message }) => message.id === id)))
    .sort(([a], [b]) => byAge(a.message, b.message));
  const shown = messages.slice(0, limit);
  return {
    messages: shown.map(([{ message }]) => message),
    places: shown.map(([copy]) => placeOf(copy)),
    recipients: shown.map((same) => same.map(({ inbox }) => inbox)),
    total: messages.length,
  };
}

/**
 * Lets a held message go to all of its recipients. Who may: the orchestrators of config.json where it names any, else every
 * agent but the sender; a person always.
 * @throws REFUSED, SENSITIVE_DATA or CONTENT_FILTERED for the note, UNKNOWN_AGENT (also where an inbox is gone), MESSAGE_NOT_FOUND, WRONG_STATUS where somebody was faster
 */
export async function releaseHeld(ctx: CoreContext, { id, by, note }: ReleaseRequest): Promise<Decided> {
  const decider = await deciderOf(ctx, id, by);
  await refuseSensitive(ctx, { note });
  const copies = await ctx.store.releaseHeld({ id, ...(decider !== undefined && { by: decider }), ...(note !== undefined && { note }) });
  return decided(ctx, 'released', copies, decider);
}

/**
 * Lets a held message go to nobody: it becomes a dead letter, and its sender is told why. Who may: as for a release.
 * @throws REFUSED, UNKNOWN_AGENT, MESSAGE_NOT_FOUND, USAGE without a reason, SENSITIVE_DATA or CONTENT_FILTERED for it, WRONG_STATUS where somebody was faster
 */
export async function rejectHeld(ctx: CoreContext, { id, by, reason }: RejectRequest): Promise<Decided> {
  if (reason.trim() === '') {
    throw new CommsError('USAGE', 'A rejection needs a reason: it is all that the sender is told.', {
      hint: 'Say what it should do instead.',
    });
  }
  const decider = await deciderOf(ctx, id, by);
  await refuseSensitive(ctx, { reason });
  const copies = await ctx.store.rejectHeld({ id, reason, ...(decider !== undefined && { by: decider }) });
  return decided(ctx, 'rejected', copies, decider);
}

/** Who decides, by its registered name. Whose message it is never changes, so that this need not be in the step that decides. */
async function deciderOf(ctx: CoreContext, id: string, by: string | undefined): Promise<string | undefined> {
  if (by === undefined) return undefined;
  const decider = agentOf(ctx, by);
  const copy = (await ctx.store.find(id)).find(({ section }) => section === 'held');
  const hint = copy ? whyNot(ctx, decider, copy.message) : undefined;
  if (hint === undefined) return decider;
  throw new CommsError('REFUSED', `${decider} may not decide over the held message ${id}.`, { hint, details: { id, agent: decider } });
}

/** Why an agent may not decide over a message; undefined where it may. */
function whyNot({ workspace: { settings } }: CoreContext, agent: string, { sender }: Message): string | undefined {
  const { orchestrators } = settings.communication;
  if (orchestrators.length > 0) {
    return orchestrators.includes(agent) ? undefined : `Ask ${orchestrators.join(' or ')} to decide, or a person.`;
  }
  return agent === sender ? 'It sent the message itself: ask another agent, or a person, to decide.' : undefined;
}

async function decided(ctx: CoreContext, decision: Decided['decision'], copies: Copy[], by: string | undefined): Promise<Decided> {
  const [{ message }] = inOrder(copies);
  const failure = await log(ctx, decision, { message, copies, by });
  return { decision, message, copies, warnings: failure === undefined ? [] : [failure] };
}

async function log(
  ctx: CoreContext,
  event: Decided['decision'],
  { message, copies, by }: { message: Message; copies: readonly Copy[]; by: string | undefined },
): Promise<string | undefined> {
  const { traffic, clock, workspace } = ctx;
  if (!traffic || !workspace.settings.communication.isLogged) return undefined;
  const recipients = copies.map(({ inbox }) => inbox);
  const outcome = event === 'released' ? 'delivered' : 'failed';
  const deliveries = recipients.map((recipient) => ({ recipient, outcome }));
  // Only what is mediated is held.
  const about = { message, recipients, mode: 'mediated' as const, deliveries, ...(by !== undefined && { by }) };
  return traffic.append(entryOf({ at: clock(), event, ...about, ...(await partOf(ctx, message)) }));
}

/** The phase and the task that the plan knows. A plan that cannot be read is no reason to undo a decision. */
async function partOf(ctx: CoreContext, { metadata }: Message) {
  const plan = await planOf(ctx).catch(() => undefined);
  const phase = plan?.phases.find(({ id }) => id === metadata?.phase_id);
  const task = plan?.tasks.find(({ id }) => id === metadata?.task_id);
  return { ...(phase && { phase }), ...(task && { task }) };
}

/** The copies of one message in the order in which its sender named the recipients. */
function inOrder(copies: readonly Copy[]): [Copy, ...Copy[]] {
  const rank = ({ inbox, message }: Copy) => namedRecipients(message).indexOf(inbox);
  const [first, ...others] = [...copies].sort((a, b) => rank(a) - rank(b));
  if (!first) throw new Error('A decision was about no copy.');
  return [first, ...others];
}
