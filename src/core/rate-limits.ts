import { setTimeout as sleep } from 'node:timers/promises';
import { CommsError } from '../errors.ts';
import { formatDuration } from '../message/duration.ts';
import type { RateLevel, RateLimit } from '../store/store.ts';
import type { Rate, RateLimits } from '../workspace/workspace.ts';
import type { LimitLevel, SendOptions } from './requests.ts';
import { LONGEST_TIMER_MS } from './timers.ts';

/** The buckets that a message takes a token from: one of its sender, and one of the sender with each recipient. */
export function limitsFor({ agents, minute = {}, ...rates }: RateLimits, sender: string, recipients: readonly string[]): RateLimit[] {
  const own = Object.hasOwn(agents, sender) ? agents[sender] : rates.sender;
  const { pair } = rates;
  const each = Object.hasOwn(minute, sender) ? minute[sender] : undefined;
  // Buckets are kept under these keys from one release to the next. A name holds no colon.
  return [
    ...(own ? [limit(`sender:${sender}`, sender, own)] : []),
    ...(each ? [limit(`minute:${sender}`, sender, each)] : []),
    ...(pair ? recipients.map((recipient) => limit(`pair:${sender}:${recipient}`, `${sender} → ${recipient}`, pair)) : []),
  ];
}

function limit(key: string, name: string, { capacity, refillPerMs }: Rate): RateLimit {
  return { key, name, capacity, refillPerMs };
}

/** For people and programs: what a bucket holds, and when it lets a message go. */
export function limitLevel({ name, capacity, tokens, retryAfterMs, retryAt }: RateLevel): LimitLevel {
  return { limit: name, capacity, tokens: Math.floor(tokens + 1e-9), retry_after_ms: retryAfterMs, retry_at: retryAt };
}

/** Of some buckets, the one that is the last to let a message go; undefined where all do now. */
export function refusing(levels: readonly RateLevel[]): LimitLevel | undefined {
  const [last] = levels.filter(({ retryAfterMs }) => retryAfterMs > 0).sort((a, b) => b.retryAfterMs - a.retryAfterMs);
  return last && limitLevel(last);
}

/**
 * Calls `act` until no limit refuses it, and sleeps in between until the time that the refusal names; others may have
 * been faster then. What would end after `waitMs` is refused at once.
 * @throws RATE_LIMITED, the reason of `signal` when it aborts, and what `act` throws
 */
export async function patiently<T>(act: () => Promise<T>, { waitMs = 0, signal, onWait }: SendOptions): Promise<T> {
  for (let left = waitMs; ; ) {
    signal?.throwIfAborted();
    const refused = await act().then(
      (value) => ({ value }),
      (error: unknown) => ({ error, retryAfterMs: retryAfterMs(error) }),
    );
    if ('value' in refused) return refused.value;
    const { error, retryAfterMs: ms } = refused;
    if (ms === undefined) throw error;
    if (ms > left) throw waitMs > 0 ? gaveUp(error as CommsError, waitMs) : error;
    onWait?.(error as CommsError);
    const slept = Math.min(ms, LONGEST_TIMER_MS);
    // A timer may fire a little early by the clock.
    await sleep(slept + 1, undefined, signal && { signal }).catch((reason: unknown) => {
      throw signal?.aborted ? signal.reason : reason;
    });
    left -= slept;
  }
}

/** How long a limit refuses, in ms; undefined for any other error. */
function retryAfterMs(error: unknown): number | undefined {
  const limited = error instanceof CommsError && error.code === 'RATE_LIMITED';
  return limited && typeof error.details?.retry_after_ms === 'number' ? error.details.retry_after_ms : undefined;
}

function gaveUp({ message, details }: CommsError, waitMs: number): CommsError {
  return new CommsError('RATE_LIMITED', `${message} The waiting was to end after ${formatDuration(waitMs)}.`, {
    hint: 'Nothing was sent. Allow a longer time with --wait-timeout, or none for as long as it takes.',
    details: { ...details, wait_ms: waitMs },
  });
}
