import { type Due, returned } from '../../message/lifecycle.ts';
import { dueOfIn } from '../sections.ts';
import type { Session } from '../session.ts';
import type { Copy, SweepRequest, Swept } from '../store.ts';
import { bury } from './bury.ts';
import { errorOf } from './view.ts';

/** How many copies of one inbox a write puts in order on its way; the rest wait for the next write. */
const SWEEP_LIMIT = 100;

/** Puts down what is due in every inbox: leases that ran out, messages past their time. Bounded by `limit` an inbox. */
export function sweep(session: Session, { limit = Number.POSITIVE_INFINITY, dryRun = false }: SweepRequest = {}): Swept {
  const swept: Swept = { leases: [], expired: [], left: 0 };
  for (const inbox of inboxesWithDue(session)) {
    const due = dueIn(session, inbox);
    swept.left += Math.max(0, due.length - limit);
    for (const { copy, why } of due.slice(0, limit)) {
      if (!dryRun) putDown(session, copy, why);
      (why === 'expired' ? swept.expired : swept.leases).push({ inbox, id: copy.message.id });
    }
  }
  return swept;
}

/** Where something may be due; what is held may be for somebody who is gone. */
export function inboxesWithDue(session: Session): Set<string> {
  return new Set([...session.inboxes(), ...session.inboxesWith('held')]);
}

/** What every write does for the inboxes that it touches. */
export function sweepInbox(session: Session, inbox: string, limit = SWEEP_LIMIT): void {
  for (const { copy, why } of dueIn(session, inbox).slice(0, limit)) putDown(session, copy, why);
}

/** The same for single copies. */
export function sweepCopies(session: Session, copies: readonly Copy[]): void {
  for (const { copy, why } of copies.flatMap((copy) => asDue(session, copy))) putDown(session, copy, why);
}

interface DueCopy {
  copy: Copy;
  why: Due;
}

function dueIn(session: Session, inbox: string): DueCopy[] {
  const at = session.dueAt(inbox);
  if (at === undefined || at > session.now) return [];
  return session.due(inbox).flatMap((copy) => asDue(session, copy));
}

function asDue({ now, rules }: Session, copy: Copy): DueCopy[] {
  const why = dueOfIn(copy.section, copy.message, now, rules.maxAttempts);
  return why === undefined ? [] : [{ copy, why }];
}

function putDown(session: Session, copy: Copy, why: Due): void {
  if (why === 'return') session.update(copy, returned(copy.message));
  else bury(session, copy, why === 'expired' ? 'expired' : 'failed', errorOf(why));
}
