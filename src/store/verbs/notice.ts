import type { Message } from '../../message/message.ts';
import { isoOf } from '../../message/time.ts';
import type { Session } from '../session.ts';

/** What the sender of a message is told of its end. */
export interface Notice {
  /** Whose inbox it comes from. */
  sender: string;
  subject: string;
  details: string;
  context: Record<string, unknown>;
}

/** Tells the sender of a message what became of it, by an INFO that nobody is told of in turn. `id` is what the message is called now. */
export function tellSender(session: Session, about: Message, { sender, subject, details, context }: Notice, id = about.id): void {
  const { channel, correlation_id, priority } = about;
  session.insert(about.sender, 'active', {
    id: session.nextId(),
    timestamp: isoOf(session.now),
    sender,
    recipient: about.sender,
    type: 'INFO',
    priority,
    status: 'PENDING',
    subject: subject.slice(0, 500),
    content: { details, context: { message_id: id, ...context }, attachments: [] },
    references: [id],
    requires_response: false,
    uid: session.newUid(),
    ...(channel === undefined ? {} : { channel }),
    ...(correlation_id === undefined ? {} : { correlation_id }),
    metadata: { bounce: true },
  });
}
