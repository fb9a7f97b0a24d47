import { CommsError } from '../../errors.ts';
import { isoOf } from '../../message/time.ts';
import type { Bucket, Session } from '../session.ts';
import type { RateLevel, RateLimit } from '../store.ts';

/** Fractions of a token add up to a little less than one. */
const ROUNDING = 1e-9;
/** Three thousand years; not much further on, Date has no such time. */
const LONGEST_MS = 1e14;

/** A message that was not let through: nothing of it was done, and no token taken. A value and no error, so that the step stands. */
export interface Limited {
  limited: RateLevel;
}

/**
 * Takes a token from each bucket, or from none. The refusal names the bucket that is the last to hold one again.
 * A bucket that was left at a time that is yet to come (the clock was set back) fills from now on.
 */
export function takeTokens(session: Session, limits: readonly RateLimit[]): Limited | undefined {
  const { now } = session;
  const buckets = limits.map((limit) => {
    const bucket = session.bucket(limit.key);
    return { bucket, level: levelOf(limit, bucket, now), isCount: isCount(limit) };
  });
  const [limited] = buckets
    .map(({ level }) => level)
    .filter(({ retryAfterMs }) => retryAfterMs > 0)
    .sort((a, b) => b.retryAfterMs - a.retryAfterMs);
  for (const { bucket, level, isCount } of buckets) {
    if (!limited) session.setBucket(level.key, { tokens: isCount ? takenFrom(bucket) + 1 : Math.max(0, level.tokens - 1), at: now });
    else if (!isCount && bucket && bucket.at > now) session.setBucket(level.key, { tokens: level.tokens, at: now });
  }
  return limited && { limited };
}

/** What is in a bucket now. A clock that was set back adds no token. */
export function levelOf(limit: RateLimit, bucket: Bucket | undefined, now: number): RateLevel {
  const { key, name, capacity, refillPerMs } = limit;
  const filled = bucket ? Math.max(0, bucket.tokens) + Math.max(0, now - bucket.at) * refillPerMs : capacity;
  const tokens = isCount(limit) ? Math.max(0, capacity - takenFrom(bucket)) : Math.min(capacity, filled);
  const missing = Math.max(0, 1 - ROUNDING - tokens);
  // A bucket that never fills is empty for ever.
  const retryAfterMs = missing === 0 ? 0 : Math.min(LONGEST_MS, Math.ceil(missing / refillPerMs));
  return { key, name, capacity, tokens, retryAfterMs, retryAt: isoOf(now + retryAfterMs) };
}

/** A bucket that never fills keeps what was taken from it, not what is left, so that a limit that is raised or lowered counts what went before. */
function isCount({ refillPerMs }: RateLimit): boolean {
  return refillPerMs === 0;
}

function takenFrom(bucket: Bucket | undefined): number {
  return Math.max(0, bucket?.tokens ?? 0);
}

export function rateLimited({ name, retryAfterMs, retryAt }: RateLevel): CommsError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new CommsError('RATE_LIMITED', `The rate limit of ${name} is reached: the next message may go in ${seconds} s, at ${retryAt}.`, {
    hint: `Try again after ${retryAt}, or let it wait with --wait.`,
    details: { limit: name, retry_after_ms: retryAfterMs, retry_at: retryAt },
  });
}
