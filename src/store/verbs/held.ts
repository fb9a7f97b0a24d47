import { CommsError } from '../../errors.ts';
import { letGo } from '../../message/lifecycle.ts';
import { uidOf } from '../../message/uid.ts';
import { notHeld } from '../query.ts';
import { dueAtIn } from '../sections.ts';
import type { Session } from '../session.ts';
import type { Copy, RejectHeldRequest, ReleaseHeldRequest } from '../store.ts';
import { type Notice, tellSender } from './notice.ts';
import { deadOf } from './view.ts';

/**
 * Puts all held copies of a message into their inboxes, or none.
 * @throws MESSAGE_NOT_FOUND, WRONG_STATUS where it is not held (any more), UNKNOWN_AGENT where an inbox is gone
 */
export function releaseHeld(session: Session, { id, by, note }: ReleaseHeldRequest): Copy[] {
  const held = heldCopies(session, id);
  const homeless = held.find(({ inbox }) => !session.hasInbox(inbox));
  if (homeless) throw inboxGone(homeless);
  return held.map((copy) => {
    const message = letGo(copy.message, { by, note, now: session.now });
    session.move(copy, 'active', message);
    return { ...copy, section: 'active', message, file: undefined };
  });
}

/**
 * Moves all held copies of a message to the dead letters. The sender is always told, once, whether or not it asked for a
 * response. @throws MESSAGE_NOT_FOUND, WRONG_STATUS where it is not held (any more)
 */
export function rejectHeld(session: Session, { id, by, reason }: RejectHeldRequest): Copy[] {
  const held = heldCopies(session, id);
  const rejected = held.map((copy): Copy => {
    const dead = deadOf(copy, 'rejected', session.now, reason);
    const message = by === undefined ? dead : { ...dead, delivery: { ...dead.delivery, rejected_by: by } };
    session.move(copy, 'dead', message);
    return { ...copy, section: 'dead', message, file: undefined };
  });
  const [first] = rejected;
  if (first && first.message.metadata?.bounce !== true && session.hasInbox(first.message.sender)) {
    const to = rejected.map(({ inbox }) => inbox);
    tellSender(session, first.message, rejection(session, first, { by, reason, to }));
  }
  return rejected;
}

/** All copies that are held and not past their time. What came back beside a copy that was decided over is none. */
function heldCopies(session: Session, id: string): Copy[] {
  const isIn = (section: Copy['section']) =>
    session.inboxesWith(section).flatMap((inbox) => session.copies(inbox, section).filter(({ message }) => message.id === id));
  const stored = isIn('held');
  const isExpired = ({ section, message }: Copy) => (dueAtIn(section, message) ?? Number.POSITIVE_INFINITY) <= session.now;
  const isDecided = ({ inbox, message }: Copy) =>
    session.find(id, inbox).some((copy) => copy.section !== 'held' && uidOf(copy.message) === uidOf(message));
  const held = stored.filter((copy) => !isExpired(copy) && !isDecided(copy));
  if (held.length > 0) return held;
  if (stored.some(isExpired)) throw expired(id);
  throw notHeld(
    id,
    session.find(id).find(({ section }) => section !== 'held'),
  );
}

function expired(id: string): CommsError {
  return new CommsError('WRONG_STATUS', `Message ${id} is not held any more: it expired.`, {
    hint: `Run "comms track ${id}" to see where it stands.`,
    details: { id, section: 'dead' },
  });
}

function rejection(
  session: Session,
  { inbox, message }: Copy,
  { by, reason, to }: { by?: string | undefined; reason: string; to: string[] },
): Notice {
  const { id, subject, delivery } = message;
  const held = typeof delivery?.held_reason === 'string' ? delivery.held_reason : undefined;
  const why = held === undefined ? '' : `\n\nIt was held because: ${held}`;
  return {
    sender: by !== undefined && session.hasInbox(by) ? by : inbox,
    subject: `Rejected: ${subject}`,
    details: `Message ${id} to ${to.join(', ')} was held and rejected${by === undefined ? '' : ` by ${by}`}: ${reason}${why}`,
    context: { reason: 'rejected', ...(held !== undefined && { held_reason: held }), recipients: to },
  };
}

function inboxGone({ inbox, message: { id } }: Copy): CommsError {
  return new CommsError('UNKNOWN_AGENT', `Message ${id} cannot be released: ${inbox} has no inbox any more.`, {
    hint: `Run "comms agents add ${inbox}" to register it again, or reject the message.`,
    details: { id, agent: inbox },
  });
}
