import { isPlainId } from '../../message/ids.ts';
import type { Message } from '../../message/message.ts';
import type { Session } from '../session.ts';
import type { Copy } from '../store.ts';
import { type Notice, tellSender } from './notice.ts';
import { withId } from './own-copy.ts';
import { type DeadReason, deadOf } from './view.ts';

/**
 * Moves a copy to the dead letters. The sender of a message that asked for a response is told by an INFO, once for each
 * time that a copy dies; a bounce never bounces, and a sender that has no inbox any more gets none. Of what expired while it
 * was held every sender is told, once for all copies: it reached nobody.
 */
export function bury(session: Session, copy: Copy, reason: DeadReason, error?: string): Message {
  const dead = withId(session, deadOf(copy, reason, session.now, error));
  session.move(copy, 'dead', dead);
  const { sender, requires_response, metadata } = copy.message;
  const isTold = copy.section === 'held' ? !isStillHeld(session, dead.id) : requires_response;
  if (isTold && metadata?.bounce !== true && session.hasInbox(sender)) {
    tellSender(session, copy.message, bounce(copy, reason, dead), dead.id);
  }
  return dead;
}

function isStillHeld(session: Session, id: string): boolean {
  return session.inboxesWith('held').some((inbox) => session.copies(inbox, 'held').some(({ message }) => message.id === id));
}

function bounce({ inbox, section, message }: Copy, reason: DeadReason, { id, delivery }: Message): Notice {
  const late = section === 'held' ? 'it was held, and nobody decided over it in time' : 'nobody took it in time';
  const why = reason === 'expired' ? late : (delivery?.last_error ?? reason);
  // Agents run what they are shown, and an id that somebody wrote by hand may hold anything.
  const next = isPlainId(id) ? `\n\nTo put it back: comms dead redrive ${id} --inbox ${inbox}` : '';
  return {
    sender: inbox,
    subject: `Not handled: ${message.subject}`,
    details: `Message ${id} to ${inbox} went to the dead letters (${reason}): ${why}${next}`,
    context: { reason, attempts: delivery?.attempts ?? 0 },
  };
}
