import { isAck, isBounce, isReplay, referencesOf } from '../message/answers.ts';
import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import type { Section } from '../store/store.ts';

/** A copy of a message as analytics and deadlines look at it. */
export interface SeenCopy {
  inbox: string;
  section: Section | 'held';
  message: Message;
}

/** Group → its members. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/** What the recipient of a copy answered to it, the first answer first. */
export type AnswersTo = (copy: Pick<SeenCopy, 'inbox' | 'message'>) => Message[];

/** What lies where somebody can read it: an answer that is held reached nobody. */
export function delivered(copies: readonly SeenCopy[]): SeenCopy[] {
  return copies.filter(({ section }) => section !== 'held');
}

/**
 * Finds answers among these messages: what the recipient, or a member of the group, sent later in reference to the message,
 * or, without any reference (as the RESPONSE of the droid communication protocol), under its correlation id. An ACK, a
 * bounce and a replay answer nothing. A message whose time cannot be read counts as later.
 */
export function answersIn(messages: Iterable<Message>, groups: Groups): AnswersTo {
  const byReference = new Map<string, Message[]>();
  const byCorrelation = new Map<string, Message[]>();
  for (const message of messages) {
    if (isAck(message) || isBounce(message) || isReplay(message)) continue;
    const references = referencesOf(message);
    for (const id of new Set(references)) put(byReference, id, message);
    if (references.length === 0 && message.correlation_id !== undefined) put(byCorrelation, message.correlation_id, message);
  }
  return ({ inbox, message: asked }) => {
    const senders = answerersOf(inbox, groups);
    const since = timeOf(asked.timestamp) ?? 0;
    const found = [
      ...(byReference.get(asked.id) ?? []),
      ...[asked.id, asked.correlation_id].flatMap((id) => (id === undefined ? [] : (byCorrelation.get(id) ?? []))),
    ].filter(({ id, sender, timestamp }) => id !== asked.id && senders.includes(sender) && (timeOf(timestamp) ?? since) >= since);
    return [...new Set(found)].sort((a, b) => (timeOf(a.timestamp) ?? 0) - (timeOf(b.timestamp) ?? 0));
  };
}

/** Who may answer what lies in an inbox. */
function answerersOf(inbox: string, groups: Groups): string[] {
  return [inbox, ...(Object.hasOwn(groups, inbox) ? (groups[inbox] ?? []) : [])];
}

/** Whether the sender waits for an answer. */
export function asksForAnswer({ requires_response, expected_response_time }: Message): boolean {
  return requires_response === true || expected_response_time !== undefined;
}

/** Whether something is still to be done about a copy. */
export function isOpen({ section, message }: SeenCopy): boolean {
  return section === 'active' && message.status !== 'COMPLETED';
}

function put(map: Map<string, Message[]>, key: string, message: Message): void {
  const known = map.get(key);
  if (known) known.push(message);
  else map.set(key, [message]);
}
