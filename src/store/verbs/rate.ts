import { CommsError } from '../../errors.ts';
import { isoOf } from '../../message/time.ts';
import type { Session } from '../session.ts';
import type { RateLimit } from '../store.ts';

/** Takes a token from each bucket, or from none. @throws RATE_LIMITED, with the time at which all of them hold one again. */
export function takeTokens(session: Session, limits: readonly RateLimit[]): void {
  const levels = limits.map((limit) => ({ limit, tokens: levelOf(session, limit) }));
  const empty = levels.filter(({ tokens }) => tokens < 1);
  if (empty.length > 0) throw limited(session.now, empty);
  for (const { limit, tokens } of levels) session.setBucket(limit.key, { tokens: tokens - 1, at: session.now });
}

/** How many tokens the bucket holds now. A clock that was set back adds none. */
function levelOf(session: Session, { key, capacity, refillPerMs }: RateLimit): number {
  const bucket = session.bucket(key);
  if (!bucket) return capacity;
  return Math.min(capacity, bucket.tokens + Math.max(0, session.now - bucket.at) * refillPerMs);
}

function limited(now: number, empty: readonly { limit: RateLimit; tokens: number }[]): CommsError {
  const waits = empty.map(({ limit, tokens }) => ({ limit, ms: Math.ceil((1 - tokens) / limit.refillPerMs) }));
  const longest = waits.reduce((a, b) => (b.ms > a.ms ? b : a));
  const retryAt = isoOf(now + longest.ms);
  const seconds = Math.ceil(longest.ms / 1000);
  return new CommsError('RATE_LIMITED', `The limit for ${longest.limit.name} is reached: the next message may go in ${seconds} s.`, {
    hint: `Try again after ${retryAt}, or let it wait with --wait.`,
    details: { limit: longest.limit.name, retry_after_ms: longest.ms, retry_at: retryAt },
  });
}
