import { isAccepted, isRefused, type Operation } from './history.ts';
import { ENDINGS, isBefore, isWithin, type Lease } from './leases.ts';
import type { About } from './words.ts';

/** Never two live leases on one message; a stale holder is always refused, and a live one never. */
export function rulesOfLeases(about: About): void {
  ruleOfTwoLeases(about);
  ruleOfAttemptsGiven(about);
  ruleOfSweeps(about);
  for (const operation of about.operations) {
    if (operation.verb !== 'extend' && !ENDINGS.includes(operation.verb)) continue;
    if (isAccepted(operation)) ruleOfStaleHolders(operation, about);
    if (isRefused(operation)) ruleOfLiveHolders(operation, about);
  }
  ruleOfOneEnding(about);
}

function ruleOfTwoLeases({ leases, words, report }: About): void {
  for (const [n, one] of leases.entries()) {
    for (const other of leases.slice(n + 1)) {
      const isAgain = isClaimAgain(one, other) || isClaimAgain(other, one);
      const bothBelieve = Math.max(one.from, other.from) < Math.min(one.until, other.until);
      const wasTaken = isWithin(other.claim, one) || isWithin(one.claim, other);
      if (bothBelieve || (wasTaken && !isAgain)) {
        report('one live lease', `two held it at the same time: ${words.lease(one)}, and ${words.lease(other)}.`);
      }
    }
  }
}

/** Claiming by its id what one's own name holds makes the old token stale, and is allowed. */
function isClaimAgain(earlier: Lease, later: Lease): boolean {
  return later.claim.request.id !== undefined && later.agent === earlier.agent;
}

/** Where nothing gave an attempt back, no two claims are the same attempt. */
function ruleOfAttemptsGiven({ leases, operations, words, report }: About): void {
  if (operations.some((operation) => ['release', 'redrive'].includes(operation.verb) && !isRefused(operation))) return;
  const taken = new Map<number, Lease>();
  for (const lease of leases.filter(({ claim }) => claim.request.id === undefined)) {
    const before = taken.get(lease.attempts);
    if (before) report('one lease for one attempt', `an attempt was given twice: to ${words.lease(before)}, and to ${words.lease(lease)}.`);
    taken.set(lease.attempts, lease);
  }
}

function ruleOfSweeps({ leases, sweeps, words, report }: About): void {
  for (const sweep of sweeps) {
    const live = leases.find((lease) => isWithin(sweep, lease));
    if (live) report('a live lease stays', `a live lease was swept away: ${words.lease(live)}; ${words.operation(sweep)}.`);
  }
}

function ruleOfStaleHolders(operation: Operation, { leases, words, report }: About): void {
  const { token, agent } = operation.request;
  const stale = (why: string) => report('a stale holder is refused', `${why}, yet it was accepted: ${words.operation(operation)}.`);
  const own = token === undefined ? undefined : leases.find((lease) => lease.token === token);
  const other = leases.find((lease) => isWithin(operation, lease) && (token === undefined ? lease.agent !== agent : lease.token !== token));
  const newer = own && leases.find(({ claim }) => isBefore(own.claim, claim) && isBefore(claim, operation));
  if (other) stale(`somebody else held it (${words.lease(other)})`);
  else if (own && operation.call >= own.over) stale(`the lease had run out at ${words.at(own.over)}`);
  else if (newer) stale(`it had been claimed again meanwhile (${words.lease(newer)})`);
}

function ruleOfLiveHolders(operation: Operation, { leases, words, report }: About): void {
  const own = leases.find((lease) => lease.token === operation.request.token && isWithin(operation, lease));
  if (own)
    report('a live holder is not refused', `the lease was live (${words.lease(own)}), yet it was refused: ${words.operation(operation)}.`);
}

/** A token ends its lease once, and extends nothing afterwards. */
function ruleOfOneEnding({ leases, operations, words, report }: About): void {
  for (const { token } of leases) {
    const accepted = operations.filter((operation) => operation.request.token === token && isAccepted(operation));
    const endings = accepted.filter(({ verb }) => ENDINGS.includes(verb));
    const [first, second] = endings;
    if (!first) continue;
    const late = second ?? accepted.find((operation) => operation.verb === 'extend' && isBefore(first, operation));
    if (late)
      report('a stale holder is refused', `one lease was ended and then used again: ${words.operation(first)}; ${words.operation(late)}.`);
  }
}
