import { CommsError } from '../../errors.ts';
import { isUndecided, redriven } from '../../message/lifecycle.ts';
import { timeOf } from '../../message/time.ts';
import { notDead } from '../query.ts';
import type { Session } from '../session.ts';
import type { Copy, Purged, PurgeRequest, RedriveRequest } from '../store.ts';
import { inboxesWithDue, sweepCopies, sweepInbox } from './sweep.ts';
import { viewOf } from './view.ts';

/**
 * Puts dead copies back where they came from; all that are meant, or none. What was held and never released is held again,
 * or a redrive would decide over it.
 * @throws MESSAGE_NOT_FOUND, WRONG_STATUS where the message is not dead, UNKNOWN_AGENT where the inbox is gone
 */
export function redrive(session: Session, { id, inbox }: RedriveRequest): Copy[] {
  // One that is past its time is shown as dead, whether or not a sweep came first.
  sweepCopies(session, session.find(id, inbox));
  const inboxes = session.inboxesWith('dead').filter((name) => inbox === undefined || name === inbox);
  const dead = inboxes.flatMap((name) => session.copies(name, 'dead').filter(({ message }) => message.id === id));
  if (dead.length === 0) throw notDead(id, session.find(id, inbox)[0]);
  const homeless = dead.find((copy) => !session.hasInbox(copy.inbox));
  if (homeless) throw inboxGone(homeless);
  return dead.map((copy) => {
    const message = redriven(copy.message, session.now);
    const section = isUndecided(message) ? 'held' : 'active';
    session.move(copy, section, message);
    return { ...copy, section, message, file: undefined };
  });
}

/** Takes copies out of the dead letters or the archive for good. */
export function purge(session: Session, request: PurgeRequest): Purged {
  const { inbox, limit = Number.POSITIVE_INFINITY, dryRun = false } = request;
  const copies = (dryRun ? seen : stored)(session, request).filter(
    (copy) => (inbox === undefined || copy.inbox === inbox) && isMeant(session.now, copy, request),
  );
  const meant = copies.slice(0, limit);
  if (!dryRun) for (const copy of meant) session.remove(copy);
  return { purged: meant.map((copy) => ({ inbox: copy.inbox, id: copy.message.id })), left: copies.length - meant.length };
}

function stored(session: Session, { section }: PurgeRequest): Copy[] {
  if (section === 'dead') for (const name of inboxesWithDue(session)) sweepInbox(session, name, Number.POSITIVE_INFINITY);
  return session.inboxesWith(section).flatMap((name) => session.copies(name, section));
}

/** The same without a sweep: what readers are shown. */
function seen(session: Session, { section }: PurgeRequest): Copy[] {
  const { now, rules } = session;
  const lying = session.inboxesWith(section).flatMap((name) => session.copies(name, section));
  if (section !== 'dead') return lying;
  const due = [...inboxesWithDue(session)].flatMap((name) => session.due(name).map((copy) => viewOf(copy, now, rules.maxAttempts)));
  return [...lying, ...due.filter((copy) => copy.section === 'dead')];
}

function isMeant(now: number, { message, section }: Copy, { id, olderThanMs, filter }: PurgeRequest): boolean {
  if (id !== undefined && message.id !== id) return false;
  if (filter && !filter(message)) return false;
  if (olderThanMs === undefined) return true;
  const since = section === 'dead' ? message.delivery?.dead_at : message.delivery?.completed_at;
  const at = timeOf(typeof since === 'string' ? since : undefined) ?? timeOf(message.timestamp) ?? 0;
  return at <= now - olderThanMs;
}

function inboxGone({ inbox, message: { id } }: Copy): CommsError {
  return new CommsError('UNKNOWN_AGENT', `Message ${id} cannot go back to ${inbox}, which has no inbox any more.`, {
    hint: `Run "comms agents add ${inbox}" to register it again, or name another copy with --inbox.`,
    details: { id, agent: inbox },
  });
}
