import type { Plan as PlanFile } from '../../generated/schema-types.ts';
import { schemas } from '../../generated/schemas.ts';
import type { Problem } from '../../message/message.ts';
import { declaredAt, misspelt } from '../../message/misspelt.ts';
import { quote } from '../../message/text.ts';
import { planWarning } from './plan-problem.ts';

/** Keys of a plan.json that are probably slips, such as "comunication_enabled": what they were to forbid is allowed. */
export function keyProblems(file: PlanFile): Problem[] {
  const { phases = [], tasks = [], decisions = [] } = file;
  return [
    ...slips(file, declaredAt(schemas.plan), ''),
    ...phases.flatMap((phase, at) => [
      ...slips(phase, membersOf('phase'), `/phases/${at}`),
      ...slips(phase.communication_rules, membersOf('rules'), `/phases/${at}/communication_rules`),
    ]),
    ...tasks.flatMap((task, at) => slips(task, membersOf('task'), `/tasks/${at}`)),
    ...decisions.flatMap((decision, at) => slips(decision, membersOf('decision'), `/decisions/${at}`)),
  ];
}

function membersOf(definition: string): string[] {
  return declaredAt(schemas.plan, '$defs', definition);
}

function slips(object: unknown, known: readonly string[], path: string): Problem[] {
  return misspelt(object, known).map(({ key, meant }) =>
    planWarning('UNKNOWN_KEY', `${path}/${key}`, 'comms does not know this key', `Did you mean ${quote(meant)}?`),
  );
}
