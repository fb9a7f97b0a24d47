import { CommsError } from '../../errors.ts';
import type { Message } from '../../message/message.ts';
import { inboxesReadBy } from '../groups.ts';
import type { Session } from '../session.ts';
import type { Copy } from '../store.ts';
import { viewOf } from './view.ts';

/** The inboxes that an agent may take messages from. */
export function inboxesOf({ rules }: Session, agent: string): string[] {
  return inboxesReadBy(rules.groups, agent);
}

/**
 * The copy of a message that lies in the agent's own inbox, or in that of one of its groups, as readers are shown it. Where an id was taken twice by hand, the open one comes first.
 * @throws MESSAGE_NOT_FOUND, also for messages of others; the hint names their inbox.
 */
export function openCopy(session: Session, agent: string, id: string): Copy {
  const stored = inboxesOf(session, agent).flatMap((inbox) => [...session.find(id, inbox)]);
  // What is due counts, though no sweep has put it down yet: what every reader is shown as dead is dead, and a lease that ran out is none.
  const copies = stored.map((copy) => viewOf(copy, session.now, session.rules.maxAttempts));
  // What is held has not reached the inbox yet.
  const alive = copies.filter(({ section }) => section === 'active' || section === 'archived');
  const copy = alive.find(({ section, message }) => section === 'active' && message.status !== 'COMPLETED') ?? alive[0];
  if (copy) return copy;
  throw new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} in the inbox of ${agent}.`, {
    hint: hintFor(
      session,
      agent,
      id,
      copies.filter(({ section }) => section === 'dead'),
      copies.some(({ section }) => section === 'held'),
    ),
    details: { id, agent },
  });
}

function hintFor(session: Session, agent: string, id: string, dead: readonly Copy[], isHeld: boolean): string {
  if (dead.length > 0) return `It is in the dead letters; run "comms track ${id}" to see why.`;
  if (isHeld) return `It is held for a decision; run "comms held read ${id}" to see why.`;
  const others = session.find(id).map((copy) => copy.inbox);
  if (others.length > 0) return `It lies in the inbox of ${[...new Set(others)].join(', ')}.`;
  return `Run "comms inbox --as ${agent}" to see what is there.`;
}

/** A message that somebody wrote by hand without an id gets one as soon as there is something to do about it by its name. */
export function withId(session: Session, message: Message): Message {
  return message.id === '' ? { ...message, id: session.nextId() } : message;
}
