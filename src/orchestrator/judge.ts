import { conflictsRule } from './rules/conflicts.ts';
import { permissionsRule } from './rules/permissions.ts';
import { phaseRule } from './rules/phase.ts';
import { rateRule } from './rules/rate.ts';
import { sensitiveRule } from './rules/sensitive.ts';
import type { CheckContext, Rule, RuleName, Verdict } from './verdict.ts';

/** The rules that follow the format, in their order. */
const ORDERED: [RuleName, Rule][] = [
  ['permissions', permissionsRule],
  ['phase', phaseRule],
  ['sensitive', sensitiveRule],
  ['rate', rateRule],
  ['conflicts', conflictsRule],
];

/** What every rule says of a message whose format is sound, in the order of the rules: one verdict that passes, or one for each finding. */
export function judge(context: CheckContext): Verdict[] {
  const verdicts = ORDERED.flatMap(([rule, check]): Verdict[] => {
    const found = check(context).map((finding) => ({ rule, ...finding }));
    return found.length > 0 ? found : [{ rule, outcome: 'pass' }];
  });
  return [{ rule: 'format', outcome: 'pass' }, ...verdicts];
}

/** What becomes of a message with these verdicts: the first refusal counts; a conflict holds it where somebody is to decide. */
export function decisionOf(
  verdicts: readonly Verdict[],
  { mode }: Pick<CheckContext, 'mode'>,
): { outcome: 'deliver' | 'hold' | 'refuse'; because: Verdict[] } {
  const refusals = verdicts.filter(({ outcome }) => outcome === 'refuse');
  if (refusals.length > 0) return { outcome: 'refuse', because: refusals };
  const conflicts = verdicts.filter(({ outcome }) => outcome === 'conflict');
  return { outcome: conflicts.length > 0 && mode === 'mediated' ? 'hold' : 'deliver', because: conflicts };
}
