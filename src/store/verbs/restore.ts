import { copyKey } from '../changes.ts';
import type { Session } from '../session.ts';
import type { RestoreRequest } from '../store.ts';

/** Puts copies in as they are. One that is there already, in whatever state, is left alone. @throws UNKNOWN_AGENT */
export function restore(session: Session, { copies, lastNumber }: RestoreRequest): { restored: number; skipped: number } {
  session.raiseLastNumber(lastNumber);
  let restored = 0;
  for (const copy of copies) {
    session.addInbox(copy.inbox);
    const key = copyKey(copy);
    if (session.find(copy.message.id, copy.inbox).some((known) => copyKey(known) === key)) continue;
    session.insert(copy.inbox, copy.section, copy.message);
    restored += 1;
  }
  return { restored, skipped: copies.length - restored };
}
