import { idNumber } from '../../message/ids.ts';
import { copyKey } from '../changes.ts';
import type { Session } from '../session.ts';
import type { Copy, Restored, RestoreRequest } from '../store.ts';

/** Puts copies in as they are. One that is there already, in whatever state, is left alone. @throws UNKNOWN_AGENT */
export function restore(session: Session, { copies, lastNumber, reserve }: RestoreRequest): Restored {
  session.raiseLastNumber(copies.reduce((last, { message }) => Math.max(last, idNumber(message.id) ?? 0), lastNumber));
  const reserved = reserve === undefined ? undefined : reserveNumbers(session, reserve);
  // All are looked for before the first is put in: a driver of texts then need not understand each text anew.
  const missing = new Map<string, Copy>();
  for (const copy of copies) if (!missing.has(copyKey(copy))) missing.set(copyKey(copy), copy);
  for (const copy of copies) {
    session.addInbox(copy.inbox);
    const key = copyKey(copy);
    if (session.find(copy.message.id, copy.inbox).some((known) => copyKey(known) === key)) missing.delete(key);
  }
  for (const copy of missing.values()) session.insert(copy.inbox, copy.section, copy.message);
  return { restored: missing.size, skipped: copies.length - missing.size, ...(reserved !== undefined && { reserved }) };
}

function reserveNumbers(session: Session, count: number): number | undefined {
  const [first] = Array.from({ length: count }, () => idNumber(session.nextId()));
  return first;
}
