import { uidOf } from '../message/uid.ts';
import type { Session } from './session.ts';
import type { Copy, Section } from './store.ts';

const SECTIONS: Section[] = ['active', 'archived', 'dead'];

/** A message without an id gets one; of several with the same id all but the first get a fresh one. */
export function giveIds(session: Session): void {
  const taken = new Map<string, string>();
  const renamed = new Map<string, string>();
  const all = session.inboxes().flatMap((inbox) => SECTIONS.flatMap((section) => session.copies(inbox, section)));
  for (const { message } of [...all].sort(byAgeThenPlace)) {
    if (message.id !== '' && !taken.has(message.id)) taken.set(message.id, uidOf(message));
  }
  for (const copy of all) {
    const uid = uidOf(copy.message);
    if (taken.get(copy.message.id) === uid && copy.message.id !== '') continue;
    // The copies of one message keep one id between them.
    const id = renamed.get(uid) ?? session.nextId();
    renamed.set(uid, id);
    session.update(copy, { ...copy.message, id });
  }
}

function byAgeThenPlace(a: Copy, b: Copy): number {
  return a.message.timestamp < b.message.timestamp ? -1 : a.message.timestamp > b.message.timestamp ? 1 : 0;
}
