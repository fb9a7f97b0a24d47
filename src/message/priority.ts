import { compareIds } from './ids.ts';
import { type Message, PRIORITIES, type Priority } from './message.ts';
import { timeOf } from './time.ts';

/** low … critical in any case, or 1–10 as the broker has it (1–3 low, 4–6 medium, 7–8 high, 9–10 critical), digits too. */
export function parsePriority(value: unknown): Priority | undefined {
  if (typeof value === 'number') return fromNumber(value);
  if (typeof value !== 'string') return undefined;
  const word = value.trim().toLowerCase();
  return /^\d+$/.test(word) ? fromNumber(Number(word)) : PRIORITIES.find((priority) => priority === word);
}

function fromNumber(value: number): Priority | undefined {
  if (!Number.isInteger(value) || value < 1 || value > 10) return undefined;
  if (value <= 3) return 'low';
  if (value <= 6) return 'medium';
  return value <= 8 ? 'high' : 'critical';
}

/** 0 for low … 3 for critical. */
export function rankOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}

/**
 * The order of work: the most urgent first, then the oldest. What waits rises one step each `riseAfterMs` (0: never),
 * but never to critical, so that an old low one is not starved and a critical one is still first.
 */
export function byUrgency(now: number, riseAfterMs: number): (a: Message, b: Message) => number {
  const rank = (own: number, at: number) => {
    if (riseAfterMs <= 0) return own;
    const steps = Math.max(0, Math.floor((now - at) / riseAfterMs));
    return Math.max(own, Math.min(own + steps, rankOf('high')));
  };
  // Sorting asks for the same message again and again, and reading its time takes longest.
  const keys = new Map<Message, { rank: number; at: number }>();
  const keyOf = (message: Message) => {
    const known = keys.get(message);
    if (known) return known;
    const at = timeOf(message.timestamp);
    const key = { rank: rank(rankOf(message.priority), at ?? now), at: at ?? 0 };
    keys.set(message, key);
    return key;
  };
  return (a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return other.rank - one.rank || one.at - other.at || compareIds(a.id, b.id);
  };
}

/** The oldest first. */
export function byAge(a: Message, b: Message): number {
  return (timeOf(a.timestamp) ?? 0) - (timeOf(b.timestamp) ?? 0) || compareIds(a.id, b.id);
}
