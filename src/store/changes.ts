import type { MessageStatus } from '../message/message.ts';
import { uidOf } from '../message/uid.ts';
import type { Copy, Section, StoreEvent } from './store.ts';

/** What a watcher knew of the copies at its last look, by inbox and message. */
export type Seen = Map<string, { copy: Copy; status: MessageStatus; section: Section }>;

/** The copies as a watcher remembers them. Where a message is found twice, what went further wins. */
export function seenOf(copies: readonly Copy[]): Seen {
  const seen: Seen = new Map();
  for (const copy of copies) {
    const key = copyKey(copy);
    const known = seen.get(key);
    if (known && (copy.section === 'held' || (known.section !== 'active' && known.section !== 'held'))) continue;
    seen.set(key, { copy, status: copy.message.status, section: copy.section });
  }
  return seen;
}

/** The same for one copy of a message wherever it stands. Of what identityOf hashes, which takes a watcher of many messages longest. */
export function copyKey({ inbox, message }: Copy): string {
  const { id, timestamp, sender, type, subject } = message;
  return [inbox, id, uidOf(message), timestamp, sender, type, subject].join('\0');
}

/**
 * What happened between two looks: arrivals, changes of status or section, removals. In the order of the copies. What is
 * held has not arrived: it does when it is released.
 */
export function eventsBetween(before: Seen, after: Seen): StoreEvent[] {
  const events: StoreEvent[] = [];
  for (const [key, { copy, status, section }] of after) {
    const known = before.get(key);
    const { inbox, message } = copy;
    // Only what was told of before is told of, as a dead letter that is to be decided over again.
    if (section === 'held' && (!known || known.section === 'held')) continue;
    const wasHeld = known?.section === 'held' ? { previousSection: known.section } : undefined;
    if (!known) events.push({ event: 'message', inbox, message, section });
    else if (wasHeld && section === 'active') events.push({ event: 'message', inbox, message, section, ...wasHeld });
    else if (known.status !== status || known.section !== section) {
      events.push({ event: 'status', inbox, message, previousStatus: known.status, section, ...wasHeld });
    }
  }
  for (const [key, { copy, section }] of before) {
    if (!after.has(key)) events.push({ event: 'removed', inbox: copy.inbox, message: copy.message, section });
  }
  return events;
}

/** What a watcher is told first: each open message that waits. */
export function waitingIn(seen: Seen): StoreEvent[] {
  return [...seen.values()]
    .filter(({ section, status }) => section === 'active' && status !== 'COMPLETED')
    .map(({ copy, section }) => ({ event: 'waiting', inbox: copy.inbox, message: copy.message, section }));
}
