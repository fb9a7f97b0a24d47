import { buried, dueOf, returned } from '../../message/lifecycle.ts';
import type { Session } from '../session.ts';
import type { Copy, Swept } from '../store.ts';
import { bury } from './bury.ts';

/** How many copies of one inbox a write puts in order on its way; the rest wait for the next write. */
const SWEEP_LIMIT = 100;

/** Puts down what is due in every inbox: leases that ran out, messages past their time. Bounded by `limit` an inbox. */
export function sweep(session: Session, limit = SWEEP_LIMIT): Swept {
  const swept: Swept = { leases: [], expired: [] };
  for (const inbox of session.inboxes()) sweepInbox(session, inbox, limit, swept);
  return swept;
}

export function sweepInbox(session: Session, inbox: string, limit = SWEEP_LIMIT, swept: Swept = { leases: [], expired: [] }): Swept {
  const at = session.dueAt(inbox);
  if (at === undefined || at > session.now) return swept;
  let left = limit;
  for (const copy of session.due(inbox)) {
    if (left === 0) break;
    const due = dueOf(copy.message, session.now, session.rules.maxAttempts);
    if (due === undefined) continue;
    left -= 1;
    if (due === 'return') session.update(copy, returned(copy.message));
    else bury(session, copy, due === 'expired' ? 'expired' : 'failed', ...(due === 'exhausted' ? ['The lease ran out.'] : []));
    (due === 'expired' ? swept.expired : swept.leases).push({ inbox, id: copy.message.id });
  }
  return swept;
}

/** The copy as it is now, for readers, who change nothing: what is due is shown as if a sweep had just been. */
export function viewOf(copy: Copy, now: number, maxAttempts: number): Copy {
  if (copy.section !== 'active') return copy;
  const due = dueOf(copy.message, now, maxAttempts);
  if (due === undefined) return copy;
  if (due === 'return') return { ...copy, message: returned(copy.message) };
  const reason = due === 'expired' ? 'expired' : 'failed';
  return { ...copy, section: 'dead', message: buried(copy.message, reason, now) };
}
