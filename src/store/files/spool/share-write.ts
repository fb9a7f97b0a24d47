import type { Message } from '../../../message/message.ts';
import { identityOf } from '../../../message/uid.ts';
import type { Delivered, DeliverRequest } from '../../store.ts';
import { delivery } from '../../verbs/over-session.ts';
import type { Outcome } from '../../write-queue.ts';
import { type Knowledge, keyOf } from '../knowledge.ts';
import type { HeldLock, Lock } from '../lock/lock.ts';
import type { Verb } from '../writer.ts';
import { answerOf, type LeftBehind, outcomeOf, type Spool, type Taken } from './spool.ts';

export interface ShareOptions {
  lock: Lock;
  spool: Spool;
  requests: readonly DeliverRequest[];
  /** What the journal knows, to be asked under the lock. */
  knowledge: () => Knowledge;
  write: (held: HeldLock, verbs: Verb[]) => Promise<Outcome[]>;
}

/**
 * Delivers while another process has the lock: by leaving the requests in the spool until somebody answers them, or until
 * the lock is ours. What a writer took along and did not live to answer is looked up before it is delivered.
 * @throws LOCK_TIMEOUT, and what `write` throws
 */
export async function shareWrite({ lock, spool, requests, knowledge, write }: ShareOptions): Promise<Outcome[]> {
  const left = leave(spool, requests);
  if (!left) return write(await lock.acquire(), requests.map(verbOf));
  try {
    const held = await waitFor(lock, left);
    if (!held) return answersOf(left) ?? (await shareWrite({ lock, spool, requests, knowledge, write }));
    const untouched = left.withdraw() === 'untouched';
    const answered = untouched ? undefined : answersOf(left);
    if (answered) {
      await held.release();
      return answered;
    }
    return await write(held, untouched ? requests.map(verbOf) : requests.map((request) => verbUnlessDelivered(request, knowledge)));
  } finally {
    left.forget();
  }
}

/** The requests of other processes; none where the spool cannot be read. */
export function takenOf(spool: Spool): Taken[] {
  try {
    return spool.take();
  } catch {
    return [];
  }
}

/** Answers each process that left requests. One that cannot be answered looks for itself once it has the lock. */
export function tellOthers(taken: readonly Taken[], outcomes: readonly Outcome[]): void {
  let next = 0;
  for (const { requests, answer } of taken) {
    const own = outcomes.slice(next, next + requests.length);
    next += requests.length;
    try {
      answer(own.map(answerOf));
    } catch {
      // Such as a full disk.
    }
  }
}

/** Nothing where the disk does not take it: then the lock is waited for as ever. */
function leave(spool: Spool, requests: readonly DeliverRequest[]): LeftBehind | undefined {
  try {
    return spool.leave(requests);
  } catch {
    return undefined;
  }
}

/** The lock, or undefined once the requests are answered. @throws LOCK_TIMEOUT, with nothing delivered that was not begun */
async function waitFor(lock: Lock, left: LeftBehind): Promise<HeldLock | undefined> {
  try {
    return await lock.acquire({ unless: left.isAnswered });
  } catch (error) {
    if (left.withdraw() === 'taken' && left.isAnswered()) return undefined;
    throw error;
  }
}

function answersOf(left: LeftBehind): Outcome[] | undefined {
  return left.answers()?.map(outcomeOf);
}

function verbOf(request: DeliverRequest): Verb {
  return { run: delivery(request), request };
}

/** A message is delivered to all of its recipients or to none, so one of them tells. */
function verbUnlessDelivered(request: DeliverRequest, knowledge: () => Knowledge): Verb {
  const { draft, recipients } = request;
  const run: Verb['run'] = (session) => {
    const [first = ''] = recipients;
    const known = knowledge().get(keyOf(first, identityOf(draft as Message)));
    if (!known) return delivery(request)(session);
    const delivered: Delivered = {
      message: known.message,
      deliveries: recipients.map((recipient) => ({ recipient, outcome: 'delivered' })),
    };
    return delivered;
  };
  return { run, request };
}
