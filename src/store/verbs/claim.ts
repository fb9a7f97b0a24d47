import { CommsError } from '../../errors.ts';
import { claimed, dueOf, isClaimable } from '../../message/lifecycle.ts';
import type { Message } from '../../message/message.ts';
import { byUrgency } from '../../message/priority.ts';
import type { Session } from '../session.ts';
import type { ClaimRequest, Copy } from '../store.ts';
import { inboxesOf, openCopy, withId } from './own-copy.ts';
import { sweepInbox } from './sweep.ts';

/**
 * Takes a message of the agent's own inbox, or of one of its groups', under a lease: the one with this id, or the most
 * urgent that waits.
 * @throws MESSAGE_NOT_FOUND, ALREADY_CLAIMED, WRONG_STATUS, NOTHING_TO_CLAIM
 */
export function claim(session: Session, { agent, id, leaseMs = session.rules.leaseMs, filter }: ClaimRequest): Copy {
  for (const inbox of inboxesOf(session, agent)) sweepInbox(session, inbox);
  const copy = id === undefined ? nextOf(session, agent, filter) : openCopy(session, agent, id);
  const message = claimed(copy.message, { agent, token: session.newUid(), now: session.now, leaseMs });
  const named = withId(session, message);
  session.update(copy, named);
  return { ...copy, message: named };
}

function nextOf(session: Session, agent: string, filter: ClaimRequest['filter']): Copy {
  const order = byUrgency(session.now, session.rules.riseAfterMs);
  let next: Copy | undefined;
  const { now, rules } = session;
  // More may have expired than the sweep before has put down.
  const isOver = (message: Message) => dueOf(message, now, rules.maxAttempts) === 'expired';
  const passes = (message: Message) => isClaimable(message, now) && !isOver(message) && (filter === undefined || filter(message));
  for (const copy of inboxesOf(session, agent).flatMap((inbox) => session.candidates(inbox, passes))) {
    if (next === undefined || order(copy.message, next.message) < 0) next = copy;
  }
  if (next) return next;
  throw new CommsError('NOTHING_TO_CLAIM', `Nothing is waiting for ${agent}.`, {
    hint: `Run "comms wait --as ${agent}" to wait for the next message.`,
    details: { agent },
  });
}
