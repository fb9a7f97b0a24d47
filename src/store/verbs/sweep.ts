import { type Due, returned } from '../../message/lifecycle.ts';
import { dueOfIn } from '../sections.ts';
import type { Session } from '../session.ts';
import type { Copy, SweepRequest, Swept } from '../store.ts';
import { bury, deadOf } from './bury.ts';

/** How many copies of one inbox a write puts in order on its way; the rest wait for the next write. */
const SWEEP_LIMIT = 100;

/** Puts down what is due in every inbox: leases that ran out, messages past their time. Bounded by `limit` an inbox. */
export function sweep(session: Session, { limit = Number.POSITIVE_INFINITY, dryRun = false }: SweepRequest = {}): Swept {
  const swept: Swept = { leases: [], expired: [], left: 0 };
  // What is held may be for somebody who is gone.
  for (const inbox of new Set([...session.inboxes(), ...session.inboxesWith('held')])) {
    const due = dueIn(session, inbox);
    swept.left += Math.max(0, due.length - limit);
    for (const { copy, why } of due.slice(0, limit)) {
      if (!dryRun) putDown(session, copy, why);
      (why === 'expired' ? swept.expired : swept.leases).push({ inbox, id: copy.message.id });
    }
  }
  return swept;
}

/** What every write does for the inboxes that it touches. */
export function sweepInbox(session: Session, inbox: string, limit = SWEEP_LIMIT): void {
  for (const { copy, why } of dueIn(session, inbox).slice(0, limit)) putDown(session, copy, why);
}

/** The same for single copies. */
export function sweepCopies(session: Session, copies: readonly Copy[]): void {
  for (const { copy, why } of copies.flatMap((copy) => asDue(session, copy))) putDown(session, copy, why);
}

/** The copy as it is now, for readers, who change nothing: what is due is shown as if a sweep had just been. */
export function viewOf(copy: Copy, now: number, maxAttempts: number): Copy {
  const due = dueOfIn(copy.section, copy.message, now, maxAttempts);
  if (due === undefined) return copy;
  if (due === 'return') return { ...copy, message: returned(copy.message) };
  return { ...copy, section: 'dead', message: deadOf(copy, due === 'expired' ? 'expired' : 'failed', now, errorOf(due)) };
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

function errorOf(why: Due): string | undefined {
  return why === 'exhausted' ? 'The lease ran out.' : undefined;
}
