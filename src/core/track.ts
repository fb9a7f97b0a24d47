import type { Message } from '../message/message.ts';
import type { Copy } from '../store/store.ts';
import type { CoreContext } from './context.ts';
import { copiesOf } from './find.ts';
import { EVERY_SECTION, isReplay, referencesOf } from './messages.ts';
import type { CopyOutcome, TrackResult } from './requests.ts';

/**
 * What became of a message at each of its recipients. `agent` only chooses whose copy is shown as `message`.
 * @throws MESSAGE_NOT_FOUND
 */
export async function track(ctx: CoreContext, { id, agent }: { id: string; agent?: string }): Promise<TrackResult> {
  const copies = await copiesOf(ctx, id, agent);
  const replies = await ctx.store.list({
    sections: EVERY_SECTION,
    // A bounce tells of the message, a replay says it again; neither answers it.
    filter: (message) => referencesOf(message).includes(id) && message.metadata?.bounce !== true && !isReplay(message),
  });
  const repliesOf = (recipient: string) => [...new Set(replies.flatMap(({ message }) => (message.sender === recipient ? message.id : [])))];
  const deliveries = outcomesOf(copies).map((outcome) => ({ ...outcome, replies: repliesOf(outcome.recipient) }));
  return { message: copies[0].message, deliveries };
}

/** What became of each copy of one message, and of the recipients whose copy is gone. In the order of the recipients. */
export function outcomesOf(copies: readonly Copy[]): CopyOutcome[] {
  const addressed = copies.flatMap(({ message }) => recipientsOf(message));
  const lost = [...new Set(addressed)].filter((name) => !copies.some(({ inbox }) => inbox === name));
  const order = (outcome: CopyOutcome) => addressed.indexOf(outcome.recipient);
  const missing: CopyOutcome[] = lost.map((recipient) => ({ recipient, outcome: 'failed', reason: 'missing' }));
  return [...copies.map(outcomeOf), ...missing].sort((a, b) => order(a) - order(b));
}

function outcomeOf({ inbox, section, message }: Copy): CopyOutcome {
  const { claimed_by, attempts, last_error, result, completed_at, dead_reason, blocked_reason } = message.delivery ?? {};
  return {
    recipient: inbox,
    outcome: section === 'dead' ? 'failed' : 'delivered',
    reason: section === 'dead' ? (textOf(dead_reason) ?? 'failed') : undefined,
    status: message.status,
    section,
    claimed_by,
    attempts,
    last_error,
    blocked_reason: textOf(blocked_reason),
    result,
    completed_at,
  };
}

function recipientsOf({ metadata, recipient }: Message): string[] {
  const all = metadata?.recipients;
  return Array.isArray(all) ? all.filter((name) => typeof name === 'string') : [recipient];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
