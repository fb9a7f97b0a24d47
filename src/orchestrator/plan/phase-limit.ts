import type { RateLimit } from '../../store/store.ts';
import type { Phase } from './plan.ts';

/** The keys of the buckets that count the messages of phases begin so. */
export const PHASE_BUCKET = 'phase:';

/**
 * The bucket that the messages of a phase are counted in, of all agents or of one: it is full when the phase starts, and
 * never fills again. A new start is a new bucket.
 */
export function phaseLimit({ id, startedAt = '' }: Phase, maxMessages: number, agent?: string): RateLimit {
  const key = `${PHASE_BUCKET}${id}:${startedAt}`;
  if (agent === undefined) return { key, name: `the phase ${id}`, capacity: maxMessages, refillPerMs: 0 };
  return { key: `${key}:${agent}`, name: `${agent} in the phase ${id}`, capacity: maxMessages, refillPerMs: 0 };
}
