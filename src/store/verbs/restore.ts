import { copyKey } from '../changes.ts';
import type { Session } from '../session.ts';
import type { Copy, RestoreRequest } from '../store.ts';

/** Puts copies in as they are. One that is there already, in whatever state, is left alone. @throws UNKNOWN_AGENT */
export function restore(session: Session, { copies, lastNumber }: RestoreRequest): { restored: number; skipped: number } {
  session.raiseLastNumber(lastNumber);
  // All are looked for before the first is put in: a driver of texts then need not understand each text anew.
  const missing = new Map<string, Copy>();
  for (const copy of copies) if (!missing.has(copyKey(copy))) missing.set(copyKey(copy), copy);
  for (const copy of copies) {
    session.addInbox(copy.inbox);
    const key = copyKey(copy);
    if (session.find(copy.message.id, copy.inbox).some((known) => copyKey(known) === key)) missing.delete(key);
  }
  for (const copy of missing.values()) session.insert(copy.inbox, copy.section, copy.message);
  return { restored: missing.size, skipped: copies.length - missing.size };
}
