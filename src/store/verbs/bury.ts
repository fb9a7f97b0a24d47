import { buried } from '../../message/lifecycle.ts';
import type { Message } from '../../message/message.ts';
import { isoOf } from '../../message/time.ts';
import type { Session } from '../session.ts';
import type { Copy } from '../store.ts';

export type DeadReason = 'failed' | 'expired' | 'rejected';

/** Moves a copy to the dead letters; the sender of a message that asked for a response is told by an INFO. */
export function bury(session: Session, copy: Copy, reason: DeadReason, error?: string): Message {
  const dead = buried(copy.message, reason, session.now, error);
  session.move(copy, 'dead', dead);
  const { sender } = copy.message;
  if (copy.message.requires_response && session.hasInbox(sender)) session.insert(sender, 'active', bounce(session, copy, reason, dead));
  return dead;
}

function bounce(session: Session, copy: Copy, reason: DeadReason, dead: Message): Message {
  const { id, subject, channel, correlation_id, priority } = copy.message;
  const why = reason === 'expired' ? 'nobody took it in time' : (dead.delivery?.last_error ?? reason);
  return {
    id: session.nextId(),
    timestamp: isoOf(session.now),
    sender: copy.inbox,
    recipient: copy.message.sender,
    type: 'INFO',
    priority,
    status: 'PENDING',
    subject: `Not handled: ${subject}`.slice(0, 500),
    content: {
      details: `Message ${id} to ${copy.inbox} went to the dead letters (${reason}): ${why}`,
      context: { message_id: id, reason, attempts: dead.delivery?.attempts ?? 0 },
      attachments: [],
    },
    references: [id],
    requires_response: false,
    uid: session.newUid(),
    ...(channel === undefined ? {} : { channel }),
    ...(correlation_id === undefined ? {} : { correlation_id }),
    metadata: { bounce: true },
  };
}
