import { CommsError } from '../../errors.ts';
import { redriven } from '../../message/lifecycle.ts';
import { timeOf } from '../../message/time.ts';
import type { Session } from '../session.ts';
import type { Copy, PurgeRequest, RedriveRequest } from '../store.ts';
import { sweepInbox } from './sweep.ts';

/** Puts dead copies back where they came from. @throws MESSAGE_NOT_FOUND, WRONG_STATUS where the message is not dead */
export function redrive(session: Session, { id, inbox }: RedriveRequest): Copy[] {
  for (const name of inbox === undefined ? session.inboxes() : [inbox]) sweepInbox(session, name, Number.POSITIVE_INFINITY);
  const copies = (inbox === undefined ? session.inboxes() : [inbox]).flatMap((name) => [...session.copies(name, 'dead')]);
  const dead = copies.filter(({ message }) => message.id === id);
  if (dead.length === 0) throw notDead(session, id, inbox);
  return dead.map((copy) => {
    const message = redriven(copy.message, session.now);
    session.move(copy, 'active', message);
    return { ...copy, section: 'active', message, file: undefined };
  });
}

/** Takes copies out of the dead letters or the archive for good. */
export function purge(session: Session, request: PurgeRequest): { purged: { inbox: string; id: string }[] } {
  const { section, inbox } = request;
  const inboxes = inbox === undefined ? session.inboxes() : [inbox];
  const copies = inboxes.flatMap((name) => session.copies(name, section).filter((copy) => isMeant(session.now, copy, request)));
  for (const copy of copies) session.remove(copy);
  return { purged: copies.map((copy) => ({ inbox: copy.inbox, id: copy.message.id })) };
}

function isMeant(now: number, { message, section }: Copy, { id, olderThanMs, filter }: PurgeRequest): boolean {
  if (id !== undefined && message.id !== id) return false;
  if (filter && !filter(message)) return false;
  if (olderThanMs === undefined) return true;
  const since = section === 'dead' ? message.delivery?.dead_at : message.delivery?.completed_at;
  const at = timeOf(typeof since === 'string' ? since : undefined) ?? timeOf(message.timestamp) ?? 0;
  return at <= now - olderThanMs;
}

function notDead(session: Session, id: string, inbox: string | undefined): CommsError {
  const [copy] = session.find(id, inbox);
  if (!copy) {
    return new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} in the dead letters.`, {
      hint: 'Run "comms dead list" to see what is there.',
      details: { id },
    });
  }
  return new CommsError(
    'WRONG_STATUS',
    `Message ${id} is ${copy.section === 'archived' ? 'archived' : copy.message.status} and not dead.`,
    {
      hint: `Run "comms track ${id}" to see where it stands.`,
      details: { id, status: copy.message.status, section: copy.section },
    },
  );
}
