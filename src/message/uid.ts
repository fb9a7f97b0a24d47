import { hashOf } from './hash.ts';
import type { Message } from './message.ts';

/** What identifies a message through merges and renumbering: its uid, or the hash of what never changes of it. */
export function uidOf(message: Message): string {
  return typeof message.uid === 'string' && message.uid !== '' ? message.uid : `h-${contentHash(message)}`;
}

/** Tells messages apart that share a uid, since somebody copied a block, uid and all, to write another. */
export function identityOf(message: Message): string {
  const { timestamp, sender, type, subject } = message;
  return `${uidOf(message)} ${hashOf({ timestamp, sender, type, subject })}`;
}

/** A hash of the fields that nobody changes after the sending. */
export function contentHash({ timestamp, sender, type, subject, content, references }: Message): string {
  return hashOf({ timestamp, sender, type, subject, content, references });
}
