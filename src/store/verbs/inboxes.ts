import { openMessages } from '../query.ts';
import type { Session } from '../session.ts';
import { archive } from './archive.ts';
import { sweepInbox } from './sweep.ts';

/** Makes the inbox of an agent, where it has none. */
export function addInbox(session: Session, agent: string): void {
  session.addInbox(agent);
}

/** Takes an inbox away, once what was completed in it is archived. @throws WRONG_STATUS where open messages lie in it. */
export function removeInbox(session: Session, agent: string): void {
  // What has expired is shown to nobody as open.
  sweepInbox(session, agent, Number.POSITIVE_INFINITY);
  const active = session.copies(agent, 'active');
  // A group that config.json no longer knows may be known by its messages alone.
  if (!session.hasInbox(agent) && active.length === 0) return;
  const open = active.filter(({ message }) => message.status !== 'COMPLETED');
  if (open.length > 0) throw openMessages(agent, open.length);
  archive(session, { agent, rotate: true });
  session.removeInbox(agent);
}
