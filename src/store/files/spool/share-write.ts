import { CommsError } from '../../../errors.ts';
import type { Message } from '../../../message/message.ts';
import type { Session } from '../../session.ts';
import type { DeliverRequest } from '../../store.ts';
import { delivery } from '../../verbs/over-session.ts';
import type { Outcome } from '../../write-queue.ts';
import type { JournalEntry } from '../journal.ts';
import type { HeldLock, Lock } from '../lock/lock.ts';
import type { Verb } from '../writer.ts';
import { type Answer, answerOf, type LeftBehind, type Spool, type Taken } from './spool.ts';

export interface ShareOptions {
  lock: Lock;
  spool: Spool;
  requests: readonly DeliverRequest[];
  /** What the journal holds, to be asked under the lock. */
  journal: () => readonly JournalEntry[];
  write: (held: HeldLock, verbs: Verb[]) => Promise<Outcome[]>;
}

/**
 * Delivers while another process has the lock: by leaving the requests in the spool until somebody answers them, or until
 * the lock is ours. What a writer took along and did not live to answer is looked up before it is delivered; what one
 * refused we try ourselves, since it may know less than we do, such as of an agent that was added a moment ago.
 * @throws LOCK_TIMEOUT, and what `write` throws
 */
export async function shareWrite(options: ShareOptions): Promise<Outcome[]> {
  const { lock, spool, requests, write } = options;
  const left = leave(spool, requests);
  if (!left) return write(await lock.acquire(), requests.map(verbOf));
  try {
    // An answer that cannot be read is none.
    const held = (await waitFor(lock, left)) ?? (left.answers() ? undefined : await lock.acquire());
    const { answers, verbs } = await underLock(held, () => whatIsLeft(options, left, held !== undefined));
    if (verbs.length > 0) return merged(answers, await write(held ?? (await lock.acquire()), verbs));
    // What a dead holder left half done is still to be put right by the next write.
    await held?.release({ recovered: false });
    return merged(answers, []);
  } finally {
    forget(left);
  }
}

/** The answers, and what is still to be done: everything where there are none. */
function whatIsLeft(
  { requests, journal }: ShareOptions,
  left: LeftBehind,
  isHeld: boolean,
): { answers: readonly Answer[] | undefined; verbs: Verb[] } {
  if (isHeld && left.withdraw() === 'untouched') return { answers: undefined, verbs: requests.map(verbOf) };
  const answers = left.answers();
  if (!answers) return { answers, verbs: requests.map((request) => verbUnlessDelivered(request, journal)) };
  return { answers, verbs: requests.filter((_, n) => 'refused' in (answers[n] ?? {})).map(verbOf) };
}

function merged(answers: readonly Answer[] | undefined, done: readonly Outcome[]): Outcome[] {
  if (!answers) return [...done];
  const own = [...done];
  return answers.map((answer) => ('value' in answer ? answer : (own.shift() ?? { error: new Error('Nobody answered.') })));
}

/** A step between the lock and the write. Where it fails the lock is given back. */
async function underLock<T>(held: HeldLock | undefined, step: () => T): Promise<T> {
  try {
    return step();
  } catch (error) {
    await held?.release({ recovered: false });
    throw error;
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

/**
 * The lock, or undefined once the requests are answered. Once somebody has taken them along only they, or the lock, can
 * tell what became of them: then it is waited for as long again.
 * @throws LOCK_TIMEOUT; with nothing delivered, or with `details.unfinished` where that cannot be known
 */
async function waitFor(lock: Lock, left: LeftBehind): Promise<HeldLock | undefined> {
  const wait = () => lock.acquire({ unless: left.isAnswered });
  try {
    return await wait();
  } catch (error) {
    if (left.withdraw() === 'untouched') throw error;
    return await wait().catch((again: unknown) => {
      throw begun(again);
    });
  }
}

function begun(error: unknown): unknown {
  if (!(error instanceof CommsError)) return error;
  return new CommsError(error.code, `${error.message} It has begun to deliver what was to be sent, and has not said that it did.`, {
    hint: 'Look whether the message is there before you send it again.',
    details: { ...error.details, unfinished: true },
    cause: error,
  });
}

/** What stays is swept away when it is old. */
function forget(left: LeftBehind): void {
  try {
    left.forget();
  } catch {
    // What became of the requests is known all the same.
  }
}

function verbOf(request: DeliverRequest): Verb {
  return { run: delivery(request), request };
}

/** A message is delivered to all of its recipients or to none, so one of them tells. */
function verbUnlessDelivered(request: DeliverRequest, journal: ShareOptions['journal']): Verb {
  const run: Verb['run'] = (session) => {
    const known = deliveredBefore(session, request, journal);
    if (!known) return delivery(request)(session);
    return { message: known, deliveries: request.recipients.map((recipient) => ({ recipient, outcome: 'delivered' })) };
  };
  return { run, request };
}

/** Also where it has gone its way since; what somebody's hand is in the way of taking note of still lies in its inbox. */
function deliveredBefore(
  session: Session,
  { draft: { uid }, recipients }: DeliverRequest,
  journal: ShareOptions['journal'],
): Message | undefined {
  if (uid === undefined) return undefined;
  const entries = journal().flatMap((entry) => (entry.entry === 'seen' ? [entry] : []));
  const lying = recipients.flatMap((recipient) => session.copies(recipient, 'active'));
  return [...entries, ...lying].find(({ inbox, message }) => message.uid === uid && recipients.includes(inbox))?.message;
}
