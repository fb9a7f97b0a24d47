import type { Section } from '../../../src/store/store.ts';

/**
 * What clients of a store recorded of a race: every operation that they called and what they got for it, by one clock that all
 * of them share. An operation takes effect at some moment between its call and its return; one that never returned, because its
 * process was killed, at some moment after its call, or not at all.
 */
export interface Operation {
  /** Which client of which process. */
  client: string;
  verb: Verb;
  /** ms of the shared clock. */
  call: number;
  /** Undefined where it never returned. */
  return?: number;
  request: Request;
  answer?: Answer;
  /** The code of the error that it ended with. */
  error?: string;
}

export type Verb = 'send' | 'claim' | 'extend' | 'complete' | 'fail' | 'release' | 'redrive' | 'sweep';

export interface Request {
  agent?: string;
  /** The message that it names; a claim without one takes the next. */
  id?: string;
  token?: string;
  leaseMs?: number;
  /** Of a send: its idempotency key. */
  key?: string;
  /** Of a send: the inbox that it goes to. */
  to?: string;
  /** Of a fail: without another attempt. */
  reject?: boolean;
}

export interface Answer {
  id?: string;
  section?: Section;
  token?: string;
  /** When the lease ends, in ms of the shared clock. */
  expires?: number;
  attempts?: number;
  /** Of a sweep: the messages whose lease it ended. */
  swept?: string[];
}

/** A copy as it lay in the store when all was over. */
export interface FinalCopy {
  id: string;
  inbox: string;
  section: Section;
  status: string;
  attempts: number;
  key?: string;
  deadReason?: string;
}

export interface Recorded {
  operations: readonly Operation[];
  final: readonly FinalCopy[];
  maxAttempts: number;
}

/** What a rule found, in words for people. */
export interface Violation {
  rule: string;
  message: string;
}

/** Refusals that say that nothing was done. After any other error, or none, that cannot be known. */
export const REFUSALS: readonly string[] = ['MESSAGE_NOT_FOUND', 'ALREADY_CLAIMED', 'WRONG_STATUS', 'LEASE_LOST', 'NOTHING_TO_CLAIM'];

/** An error that a caller may meet although nothing is wrong: a process that stood still for too long, or waited for one. */
export const PASSING = 'LOCK_TIMEOUT';

export function isAccepted(operation: Operation): operation is Operation & { answer: Answer; return: number } {
  return operation.answer !== undefined && operation.return !== undefined;
}

export function isRefused({ error }: Operation): boolean {
  return error !== undefined && REFUSALS.includes(error);
}

/** Whether it had an effect, or may have had one. */
export function mayHaveHappened(operation: Operation): boolean {
  return !isRefused(operation);
}

/** When it was over for certain. */
export function returnOf(operation: Operation): number {
  return isAccepted(operation) || isRefused(operation) ? (operation.return ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY;
}

/** The message that it was about, as far as that is known. */
export function messageOf({ answer, request }: Operation): string | undefined {
  return answer?.id ?? request.id;
}

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
