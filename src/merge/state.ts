import { hashOf } from '../message/hash.ts';
import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';

/** Where a copy lies: a section of its inbox or of the archive, the dead letters, the held messages. */
export type Place = 'active' | 'archived' | 'dead' | 'held';

/** How far one copy of a message has come. */
export interface State {
  place: Place;
  message: Message;
}

/**
 * Which of two states of one message is further: positive where it is the first, 0 only where both are the same. In this
 * order: held, PENDING, IN_PROGRESS, BLOCKED, dead, COMPLETED, archived (DESIGN §8); of two holders the earlier claim; else
 * more attempts, the later end, and at last a hash, so that the answer does not depend on who merges what into what.
 */
export function compareStates(a: State, b: State): number {
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return byRank;
  if (a.message.status === 'IN_PROGRESS') {
    // A claim by hand has no time; who can show when it was made has it.
    const byClaim = numberOf(timeOf(b.message.delivery?.claimed_at), Infinity) - numberOf(timeOf(a.message.delivery?.claimed_at), Infinity);
    if (byClaim !== 0 && !Number.isNaN(byClaim)) return byClaim;
  }
  for (const detail of DETAILS) {
    const byDetail = detail(a.message) - detail(b.message);
    if (byDetail !== 0) return byDetail;
  }
  return compareTexts(hashOf(a.message), hashOf(b.message));
}

/** Less, more or as much, by the characters' codes. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const RANKS = { PENDING: 1, IN_PROGRESS: 2, BLOCKED: 3, COMPLETED: 5 } as const;

function rankOf({ place, message }: State): number {
  if (place === 'held') return 0;
  if (place === 'dead') return 4;
  return place === 'archived' ? 6 : RANKS[message.status];
}

const DETAILS: ((message: Message) => number)[] = [
  ({ delivery }) => numberOf(delivery?.attempts, 0),
  ({ delivery }) => numberOf(timeOf(delivery?.completed_at), 0),
  ({ delivery }) => numberOf(timeOf(delivery?.dead_at), 0),
  ({ delivery }) => numberOf(timeOf(delivery?.lease_expires_at), 0),
  ({ not_before }) => numberOf(timeOf(not_before), 0),
];

function numberOf(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise;
}
