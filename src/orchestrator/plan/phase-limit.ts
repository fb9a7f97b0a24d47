import type { RateLimit } from '../../store/store.ts';
import type { Phase } from './plan.ts';

/** Slower than any phase is long. Not 0, which no time could be divided by. */
const NEVER_FILLS = 1e-30;

/**
 * The bucket that the messages of a phase are counted in: it is full when the phase starts, and does not fill again.
 * A new start is a new bucket. `name` is what a refusal calls it.
 */
export function phaseLimit({ id, startedAt = '' }: Phase, maxMessages: number): RateLimit {
  return { key: `phase:${id}:${startedAt}`, name: `phase ${id}`, capacity: maxMessages, refillPerMs: NEVER_FILLS };
}
