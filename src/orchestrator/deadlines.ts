import { compareIds } from '../message/ids.ts';
import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import { answersIn, delivered, type Groups, isOpen, type SeenCopy } from './answers.ts';

const MINUTE_MS = 60_000;
/** The last moment that a Date can hold. */
const LAST_MS = 8.64e15;

/** A copy that was to be answered by now, and how late it is. */
export interface OverdueCopy<C extends SeenCopy = SeenCopy> {
  copy: C;
  /** ms since the epoch. */
  dueAt: number;
  overdueMs: number;
}

/**
 * When an answer to a message is due, in ms since the epoch: so many minutes after it was sent as its
 * `expected_response_time` says. undefined where it says none, or nobody can tell when it was sent.
 */
export function dueAt({ timestamp, expected_response_time: minutes }: Message): number | undefined {
  const sent = timeOf(timestamp);
  if (sent === undefined || typeof minutes !== 'number' || !(minutes > 0)) return undefined;
  const due = sent + minutes * MINUTE_MS;
  return due <= LAST_MS ? due : undefined;
}

/**
 * The copies that are overdue, what is due longest first: PENDING, IN_PROGRESS or BLOCKED in an inbox, due before `now`, and
 * not answered by their recipient or a member of their group. `copies` must hold the answers, too.
 */
export function overdueIn<C extends SeenCopy>(copies: readonly C[], now: number, groups: Groups = {}): OverdueCopy<C>[] {
  const late = copies.flatMap((copy) => {
    const due = isOpen(copy) ? dueAt(copy.message) : undefined;
    return due !== undefined && due < now ? [{ copy, dueAt: due, overdueMs: now - due }] : [];
  });
  if (late.length === 0) return [];
  const answersTo = answersIn(
    delivered(copies).map(({ message }) => message),
    groups,
  );
  return late
    .filter(({ copy }) => answersTo(copy).length === 0)
    .sort((a, b) => a.dueAt - b.dueAt || compareIds(a.copy.message.id, b.copy.message.id));
}
