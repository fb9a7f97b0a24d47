import { groupBy, messageOf, type Operation, type Recorded, type Violation } from './history.ts';
import { leasesOf } from './leases.ts';
import { ruleOfErrors, rulesOfEnds } from './rules-of-ends.ts';
import { rulesOfLeases } from './rules-of-leases.ts';
import { rulesOfSends } from './rules-of-sends.ts';
import { type About, createWords } from './words.ts';

/**
 * Goes over what was recorded and says where it cannot be, whatever the moment between call and return at which each operation
 * took effect. It never refuses what real time allows, so each violation is a fault.
 */
export function checkHistory(recorded: Recorded): Violation[] {
  const { operations, final, maxAttempts } = recorded;
  const words = createWords(operations);
  const violations: Violation[] = [];
  const report = (rule: string, message: string) => violations.push({ rule, message });
  ruleOfErrors(operations, words, report);
  rulesOfSends(recorded, words, report);
  const byMessage = groupBy(operations, messageOf);
  const copies = groupBy(final, ({ id }) => id);
  for (const id of new Set([...byMessage.keys(), ...copies.keys()])) {
    const about: About = {
      id,
      operations: byMessage.get(id) ?? [],
      leases: leasesOf(byMessage.get(id) ?? []),
      sweeps: operations.filter((operation) => operation.answer?.swept?.includes(id)),
      copies: copies.get(id) ?? [],
      maxAttempts,
      words,
      report: (rule, message) => report(rule, `${id}: ${message}`),
    };
    rulesOfLeases(about);
    rulesOfEnds(about);
  }
  return violations;
}

/** How often a message was taken by somebody else after its holder's lease had run out. */
export function takeoversIn(operations: readonly Operation[]): number {
  let takeovers = 0;
  for (const about of groupBy(operations, messageOf).values()) {
    const leases = leasesOf(about).sort((a, b) => a.from - b.from);
    for (const [n, lease] of leases.entries()) {
      const before = leases[n - 1];
      if (before && before.until === before.over && lease.claim.client !== before.claim.client) takeovers++;
    }
  }
  return takeovers;
}
