import { CommsError } from '../errors.ts';
import type { Delivery, Message, MessageStatus } from './message.ts';
import { backoffMs, isoOf, timeOf } from './time.ts';

/**
 * The life of a message (DESIGN §5) as pure functions from one state of a copy to the next. Every driver uses them, so
 * that a lease means the same everywhere. Times are ms since the epoch; what is refused throws a CommsError.
 */

/** Who acts on a copy: the name, the lease's token where one was given, and the time. */
export interface Holder {
  agent: string;
  token?: string | undefined;
  now: number;
}

/** What has come due for a copy without anybody's doing. */
export type Due = 'return' | 'exhausted' | 'expired';

/** A lease that ran out, or a PENDING message past its time; undefined where nothing is due. */
export function dueOf(message: Message, now: number, maxAttempts: number): Due | undefined {
  if (message.status === 'IN_PROGRESS') {
    const end = timeOf(message.delivery?.lease_expires_at);
    if (end === undefined || end > now) return undefined;
    if (attemptsOf(message) >= maxAttempts) return 'exhausted';
    // It would be PENDING and past its time: what a sweep leaves behind must not be due at once.
    return isExpired(message, now) ? 'expired' : 'return';
  }
  return message.status === 'PENDING' && isExpired(message, now) ? 'expired' : undefined;
}

/** When something comes due next, in ms since the epoch; undefined for never. */
export function dueAt(message: Message): number | undefined {
  if (message.status === 'IN_PROGRESS') return timeOf(message.delivery?.lease_expires_at);
  if (message.status === 'PENDING') return timeOf(message.expires_at);
  return undefined;
}

/**
 * The copy after its lease ran out: PENDING again. Holder and end of the lease stay on it until the next claim, so that
 * the late holder is told LEASE_LOST whether or not a sweep came first.
 */
export function returned(message: Message): Message {
  return withDelivery(message, 'PENDING', { lease_token: undefined });
}

/** Whether "the next one" may be this: PENDING and not put off by a back-off. */
export function isClaimable(message: Message, now: number): boolean {
  return message.status === 'PENDING' && (timeOf(message.not_before) ?? 0) <= now;
}

/**
 * Takes a copy under a lease of `leaseMs`. Claiming again what one holds makes a new token and counts no attempt.
 * @throws WRONG_STATUS for a completed or blocked one.
 */
export function claimed(
  message: Message,
  { agent, token, now, leaseMs }: { agent: string; token: string; now: number; leaseMs: number },
): Message {
  if (message.status === 'COMPLETED') throw wrongStatus(message, 'claimed', `Run "comms read ${message.id}" to see its result.`);
  if (message.status === 'BLOCKED') throw wrongStatus(message, 'claimed', `Run "comms unblock ${message.id}" first.`);
  if (message.status === 'IN_PROGRESS') assertHolderName(message, agent);
  const again = message.status === 'IN_PROGRESS';
  const attempts = again ? Math.max(1, attemptsOf(message)) : attemptsOf(message) + 1;
  const claimedAt = again ? (message.delivery?.claimed_at ?? isoOf(now)) : isoOf(now);
  return {
    ...withDelivery(message, 'IN_PROGRESS', {
      attempts,
      claimed_by: agent,
      lease_token: token,
      claimed_at: claimedAt,
      lease_expires_at: isoOf(now + leaseMs),
      blocked_reason: undefined,
    }),
    not_before: undefined,
  };
}

/** Prolongs a live lease to `leaseMs` from now. @throws LEASE_LOST, ALREADY_CLAIMED, WRONG_STATUS */
export function extended(message: Message, holder: Holder, leaseMs: number): Message {
  assertMayAct(message, holder);
  if (message.status !== 'IN_PROGRESS' || message.delivery?.lease_expires_at === undefined) {
    throw wrongStatus(message, 'extended', `It is under no lease; run "comms claim ${message.id}" to take it.`);
  }
  return withDelivery(message, 'IN_PROGRESS', { lease_expires_at: isoOf(holder.now + leaseMs) });
}

/** Finishes a copy, with a result for its sender. The recipient may finish a PENDING one without claiming it. */
export function completed(message: Message, holder: Holder, result?: string): Message {
  assertMayAct(message, holder);
  if (message.status === 'BLOCKED') throw wrongStatus(message, 'completed', `Run "comms unblock ${message.id}" first.`);
  return {
    ...withDelivery(message, 'COMPLETED', {
      lease_token: undefined,
      lease_expires_at: undefined,
      claimed_by: holder.agent,
      completed_at: isoOf(holder.now),
      ...(result === undefined ? {} : { result }),
    }),
    not_before: undefined,
  };
}

/** The result of a copy that an answer finished. */
export function answeredBy(id: string): string {
  return `Answered by ${id}`;
}

/** Gives a claimed copy back, and the attempt with it. "The next one" passes it over for `delayMs`. */
export function released(message: Message, holder: Holder, delayMs = 0): Message {
  assertMayAct(message, holder);
  if (message.status !== 'IN_PROGRESS') throw wrongStatus(message, 'released', 'Nobody has claimed it.');
  const next = withDelivery(message, 'PENDING', { ...NO_LEASE, attempts: refunded(message) });
  return delayMs > 0 ? { ...next, not_before: isoOf(holder.now + delayMs) } : next;
}

/**
 * Notes a failed attempt: the copy waits again after a back-off, or `exhausted` says that it is to be buried.
 * Failing a PENDING copy without claiming it counts an attempt.
 */
export function failed(message: Message, holder: Holder, error: string, maxAttempts: number): { message: Message; exhausted: boolean } {
  assertMayAct(message, holder);
  if (message.status === 'BLOCKED') throw wrongStatus(message, 'failed', `Run "comms unblock ${message.id}" first.`);
  const attempts = message.status === 'PENDING' ? attemptsOf(message) + 1 : Math.max(1, attemptsOf(message));
  const next = withDelivery(message, 'PENDING', { ...NO_LEASE, attempts, last_error: error });
  if (attempts >= maxAttempts) return { message: next, exhausted: true };
  return { message: { ...next, not_before: isoOf(holder.now + backoffMs(attempts)) }, exhausted: false };
}

/** Sets a copy aside until somebody unblocks it; the lease ends and the attempt is given back. */
export function blocked(message: Message, holder: Holder, reason: string): Message {
  assertMayAct(message, holder);
  if (message.status === 'BLOCKED') throw wrongStatus(message, 'blocked', `Run "comms unblock ${message.id}" when it can go on.`);
  const attempts = message.status === 'IN_PROGRESS' ? { attempts: refunded(message) } : {};
  return withDelivery(message, 'BLOCKED', { ...NO_LEASE, ...attempts, blocked_reason: reason });
}

/** Lets a blocked copy wait for work again. */
export function unblocked(message: Message, holder: Holder): Message {
  assertMayAct(message, holder);
  if (message.status !== 'BLOCKED') throw wrongStatus(message, 'unblocked', 'It is not blocked.');
  return withDelivery(message, 'PENDING', { ...NO_LEASE, blocked_reason: undefined });
}

/** What goes into the dead letters: the copy as it was, with the reason and the time. */
export function buried(message: Message, reason: 'failed' | 'expired' | 'rejected', now: number, error?: string): Message {
  return {
    ...withDelivery(message, 'PENDING', {
      ...NO_LEASE,
      dead_reason: reason,
      dead_at: isoOf(now),
      ...(error === undefined ? {} : { last_error: error }),
    }),
    not_before: undefined,
  };
}

/** A dead copy as it waits again: no attempt counts, and what it failed of stays to be read. A time to live that is over is taken off. */
export function redriven(message: Message, now: number): Message {
  const over = (timeOf(message.expires_at) ?? Number.POSITIVE_INFINITY) <= now;
  return {
    ...withDelivery(message, 'PENDING', {
      ...NO_LEASE,
      attempts: undefined,
      dead_reason: undefined,
      dead_at: undefined,
      rejected_by: undefined,
    }),
    not_before: undefined,
    ...(over ? { expires_at: undefined } : {}),
  };
}

/** A held copy as it goes into its inbox: why it was held, and who let it go, stay to be read. */
export function letGo(message: Message, { by, note, now }: { by?: string | undefined; note?: string | undefined; now: number }): Message {
  return withDelivery(message, 'PENDING', { ...NO_LEASE, released_by: by, released_at: isoOf(now), released_note: note });
}

/** A copy as it is held for a decision. */
export function heldBack(message: Message, reason: string, now: number): Message {
  return withDelivery(message, 'PENDING', { held_reason: reason, held_at: isoOf(now) });
}

/** Whether a copy was held and never released: it may reach its inbox by a decision only. */
export function isUndecided({ delivery }: Message): boolean {
  return delivery?.held_at !== undefined && delivery.released_at === undefined;
}

function isExpired({ expires_at }: Message, now: number): boolean {
  return (timeOf(expires_at) ?? Number.POSITIVE_INFINITY) <= now;
}

const NO_LEASE = { lease_token: undefined, lease_expires_at: undefined, claimed_by: undefined, claimed_at: undefined } as const;

function assertMayAct(message: Message, { agent, token, now }: Holder): void {
  const lease = message.delivery ?? {};
  const end = timeOf(lease.lease_expires_at);
  const live = message.status === 'IN_PROGRESS' && (end === undefined || end > now);
  if (token !== undefined && (!live || token !== lease.lease_token)) throw leaseLost(message);
  // A late holder without a token is known by name until somebody claims again.
  if (!live && end !== undefined && end <= now && lease.claimed_by === agent) throw leaseLost(message);
  if (message.status === 'COMPLETED') {
    throw wrongStatus(
      message,
      'changed',
      `It was finished${lease.completed_at ? ` at ${lease.completed_at}` : ''}; there is nothing left to do.`,
    );
  }
  if (live && token === undefined) assertHolderName(message, agent);
}

function assertHolderName(message: Message, agent: string): void {
  const holder = message.delivery?.claimed_by;
  if (holder === undefined || holder === agent) return;
  const until = message.delivery?.lease_expires_at;
  throw new CommsError('ALREADY_CLAIMED', `Message ${message.id} is claimed by ${holder}${until ? ` until ${until}` : ''}.`, {
    hint: 'Wait until it is released, or run "comms claim" for the next one.',
    details: { id: message.id, claimed_by: holder, lease_expires_at: until },
  });
}

function leaseLost(message: Message): CommsError {
  return new CommsError('LEASE_LOST', `Your lease on message ${message.id} is gone: it ran out, or the message was claimed again.`, {
    hint: `Run "comms claim ${message.id}" to take it again, if it is still open.`,
    details: { id: message.id, status: message.status },
  });
}

function wrongStatus(message: Message, verb: string, hint: string): CommsError {
  return new CommsError('WRONG_STATUS', `Message ${message.id} is ${message.status} and cannot be ${verb}.`, {
    hint,
    details: { id: message.id, status: message.status },
  });
}

function withDelivery(message: Message, status: MessageStatus, change: Partial<Record<keyof Delivery | string, unknown>>): Message {
  const delivery = { ...message.delivery, ...change };
  const kept = Object.fromEntries(Object.entries(delivery).filter(([, value]) => value !== undefined));
  return { ...message, status, delivery: Object.keys(kept).length > 0 ? kept : undefined };
}

function attemptsOf(message: Message): number {
  const attempts = message.delivery?.attempts;
  return typeof attempts === 'number' && attempts > 0 ? attempts : 0;
}

function refunded(message: Message): number | undefined {
  return attemptsOf(message) - 1 > 0 ? attemptsOf(message) - 1 : undefined;
}
