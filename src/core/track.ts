import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { copiesOf, placeOf } from './find.ts';
import { EVERY_SECTION, isReplay, namedRecipients, referencesOf } from './messages.ts';
import type { CopyOutcome, TrackResult } from './requests.ts';

/**
 * What became of a message at each of its recipients. `agent` only chooses whose copy is shown as `message`.
 * @throws MESSAGE_NOT_FOUND
 */
export async function track(ctx: CoreContext, { id, agent }: { id: string; agent?: string }): Promise<TrackResult> {
  const copies = await copiesOf(ctx, id, agent === undefined ? undefined : agentOf(ctx, agent));
  const replies = await ctx.store.list({
    sections: EVERY_SECTION,
    // A bounce tells of the message, a replay says it again; neither answers it.
    filter: (message) => referencesOf(message).includes(id) && message.metadata?.bounce !== true && !isReplay(message),
  });
  const { groups } = ctx.workspace.settings;
  const repliesOf = (recipient: string) => {
    const senders = [recipient, ...(Object.hasOwn(groups, recipient) ? (groups[recipient] ?? []) : [])];
    return [...new Set(replies.flatMap(({ message }) => (senders.includes(message.sender) ? message.id : [])))];
  };
  const deliveries = outcomesOf(ctx, copies).map((outcome) => ({ ...outcome, replies: repliesOf(outcome.recipient) }));
  return { message: copies[0].message, place: placeOf(copies[0]), deliveries };
}

/** What became of each copy of one message, and of the recipients whose copy is gone. In the order of the recipients. */
export function outcomesOf({ workspace: { settings } }: CoreContext, copies: readonly Copy[]): CopyOutcome[] {
  const isRead = (inbox: string) => settings.agents.includes(inbox) || Object.hasOwn(settings.groups, inbox);
  const addressed = copies.flatMap(({ message }) => namedRecipients(message));
  const lost = [...new Set(addressed)].filter((name) => !copies.some(({ inbox }) => inbox === name));
  const order = (outcome: CopyOutcome) => addressed.indexOf(outcome.recipient);
  const missing: CopyOutcome[] = lost.map((recipient) => ({
    recipient,
    outcome: 'failed',
    reason: isRead(recipient) ? 'missing' : 'unregistered',
  }));
  return [...copies.map((copy) => outcomeOf(copy, isRead(copy.inbox))), ...missing].sort((a, b) => order(a) - order(b));
}

/** What nobody has finished fails where nobody reads the inbox any more. */
function outcomeOf({ inbox, section, message, file }: Copy, isRead: boolean): CopyOutcome {
  const { claimed_by, attempts, last_error, result, completed_at, dead_reason, blocked_reason } = message.delivery ?? {};
  const held_reason = textOf(message.delivery?.held_reason);
  const isLost = !isRead && section === 'active' && message.status !== 'COMPLETED';
  return {
    recipient: inbox,
    outcome: section === 'held' ? 'held' : section === 'dead' || isLost ? 'failed' : 'delivered',
    reason: section === 'held' ? held_reason : section === 'dead' ? (textOf(dead_reason) ?? 'failed') : isLost ? 'unregistered' : undefined,
    status: message.status,
    section,
    file,
    claimed_by,
    attempts,
    last_error,
    blocked_reason: textOf(blocked_reason),
    held_reason,
    ...decisionOf(message),
    result,
    completed_at,
  };
}

/** Who decided over what was held. */
function decisionOf({ delivery }: Copy['message']): Pick<CopyOutcome, 'released_by' | 'released_at' | 'released_note' | 'rejected_by'> {
  const { released_by, released_at, released_note, rejected_by } = delivery ?? {};
  return {
    released_by: textOf(released_by),
    released_at: textOf(released_at),
    released_note: textOf(released_note),
    rejected_by: textOf(rejected_by),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
