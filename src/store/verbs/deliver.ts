import { CommsError } from '../../errors.ts';
import { answeredBy, heldBack } from '../../message/lifecycle.ts';
import type { Message } from '../../message/message.ts';
import type { Session } from '../session.ts';
import type { Copy, Delivered, DeliverRequest, DeliveryOutcome, HolderRequest } from '../store.ts';
import { complete } from './hold.ts';
import { openCopy } from './own-copy.ts';
import { type Limited, takeTokens } from './rate.ts';
import { viewOf } from './view.ts';

/**
 * Puts a copy of the draft into the inbox of each recipient, all under one new id. A draft whose idempotency key its
 * sender has used before is not delivered again: the answer is the first message, with the outcome "duplicate".
 * With `hold` the copies are held instead, until somebody decides over them.
 * With `completes` it also finishes the message that it answers. What is refused was delivered to nobody.
 * What a limit refuses is answered and not thrown, since what became of the buckets must stand.
 * @throws UNKNOWN_AGENT when a recipient has no inbox, and with `completes` what `complete` throws
 */
export function deliver(session: Session, { draft, recipients, completes, limits, hold }: DeliverRequest): Delivered | Limited {
  const before = draft.idempotency_key === undefined ? [] : session.sentWith(draft.sender, draft.idempotency_key);
  const first = before[0];
  if (first) {
    if (completes) completeIfOpen(session, { ...completes, result: answeredBy(first.message.id) });
    return { message: first.message, deliveries: before.map((copy) => outcomeBefore(session, copy)) };
  }
  for (const recipient of recipients) {
    if (session.hasInbox(recipient)) continue;
    throw new CommsError('UNKNOWN_AGENT', `There is no inbox for "${recipient}".`, {
      hint: `Run "comms agents add ${recipient}" to register it.`,
      details: { agent: recipient },
    });
  }
  const [recipient, ...others] = recipients;
  if (recipient === undefined) throw new CommsError('USAGE', 'A message needs a recipient.', { hint: 'Name one with --to.' });
  const refused = limits && takeTokens(session, limits);
  if (refused) return refused;
  const { timestamp, sender, ...rest } = draft;
  const id = session.nextId();
  if (completes) complete(session, { ...completes, result: answeredBy(id) });
  const copyFor = (name: string) => {
    const message = { id, timestamp, sender, recipient: name, ...rest } as Message;
    return hold === undefined ? message : heldBack(message, hold, session.now);
  };
  for (const name of [recipient, ...others]) session.insert(name, hold === undefined ? 'active' : 'held', copyFor(name));
  return { message: copyFor(recipient), deliveries: recipients.map((name) => outcomeNow(name, hold)) };
}

function outcomeNow(recipient: string, hold: string | undefined): DeliveryOutcome {
  return hold === undefined ? { recipient, outcome: 'delivered' } : { recipient, outcome: 'held', reason: hold };
}

/** Of a key that was used before; nothing was delivered twice in either case. */
function outcomeBefore({ now, rules }: Session, copy: Copy): DeliveryOutcome {
  const { inbox, section, message } = viewOf(copy, now, rules.maxAttempts);
  if (section !== 'held') return { recipient: inbox, outcome: 'duplicate' };
  const reason = message.delivery?.held_reason;
  return { recipient: inbox, outcome: 'held', ...(typeof reason === 'string' && { reason }) };
}

/** An answer that was given before, and whose original was opened again or was left open then. */
function completeIfOpen(session: Session, request: HolderRequest & { result: string }): void {
  const { section, message } = openCopy(session, request.agent, request.id);
  if (section === 'active' && message.status !== 'COMPLETED') complete(session, request);
}
