import { isAccepted, mayHaveHappened, type Operation, returnOf } from './history.ts';

/** A lease that a client was granted, and the time in which it was live for certain. */
export interface Lease {
  claim: Operation;
  token: string;
  agent: string;
  attempts: number;
  /** From the return of the claim… */
  from: number;
  /** …to its end as granted, or the call of what may have ended it before. */
  until: number;
  /** When the latest end that was granted comes. After it the lease is over for certain. */
  over: number;
}

/** The verbs that end a lease. */
export const ENDINGS: readonly string[] = ['complete', 'fail', 'release'];

/** The leases on one message, from all operations that name it. */
export function leasesOf(operations: readonly Operation[]): Lease[] {
  return operations.flatMap((claim) => {
    const { token, expires, attempts = 0 } = claim.answer ?? {};
    if (claim.verb !== 'claim' || !isAccepted(claim) || token === undefined || expires === undefined) return [];
    const agent = claim.request.agent ?? '';
    const extensions = operations.filter(({ verb, request }) => verb === 'extend' && request.token === token).filter(mayHaveHappened);
    const granted = extensions.filter(isAccepted).sort((a, b) => a.return - b.return);
    const ends = [expires, ...granted.flatMap(({ answer }) => answer.expires ?? [])];
    const isUnsure = extensions.length > granted.length;
    const unsureFrom = extensions.filter((extension) => !isAccepted(extension)).map(({ call }) => call);
    const endings = operations.filter((operation) => mayEnd(operation, claim, token, agent)).map(({ call }) => call);
    return {
      claim,
      token,
      agent,
      attempts,
      from: claim.return,
      until: Math.min(ends.at(-1) ?? expires, ...endings, ...unsureFrom),
      over: isUnsure ? Number.POSITIVE_INFINITY : Math.max(...ends),
    };
  });
}

/** Whether an operation lies, with call and return, within the time in which the lease was live for certain. */
export function isWithin(operation: Operation, { from, until }: Lease): boolean {
  return operation.call >= from && returnOf(operation) <= until;
}

/** Whether `first` was over before `second` was called. */
export function isBefore(first: Operation, second: Operation): boolean {
  return returnOf(first) <= second.call;
}

/**
 * What may have ended a lease early: a verb of its holder, by token or, where none was shown, by name; or another claim of this
 * very message under the same name, which makes the older token stale.
 */
function mayEnd(operation: Operation, claim: Operation, token: string, agent: string): boolean {
  const { verb, request } = operation;
  if (operation === claim || !mayHaveHappened(operation) || isBefore(operation, claim)) return false;
  const isOfHolder = request.token === undefined ? request.agent === agent : request.token === token;
  if (ENDINGS.includes(verb)) return isOfHolder;
  return verb === 'claim' && request.id !== undefined && request.agent === agent;
}
