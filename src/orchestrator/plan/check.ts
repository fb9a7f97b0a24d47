import type { Plan as PlanFile } from '../../generated/schema-types.ts';
import type { Problem } from '../../message/message.ts';
import { quote } from '../../message/text.ts';
import { dependencyProblems } from './check-dependencies.ts';
import { phaseProblems, taskProblems } from './check-entries.ts';
import { fileProblems, type Overlaps } from './check-files.ts';
import { keyProblems } from './check-keys.ts';
import type { Plan } from './plan.ts';
import { planError, planWarning } from './plan-problem.ts';

/** What a plan is compared with. */
export interface PlanSurroundings {
  /** Registered agents. */
  agents: readonly string[];
  /** Group → its members. */
  groups: Readonly<Record<string, readonly string[]>>;
  /** alias → agent; only for suggestions. */
  aliases?: Readonly<Record<string, string>>;
  /** Whether two globs can mean the same file. Default: where they are the same text. */
  overlaps?: Overlaps;
  /** The plan as it stands in the file, for pointers to what has the seed's names there. */
  file?: PlanFile;
}

/** What is wrong with a plan that fits its schema, with JSON pointers into plan.json. Each problem has its way out. */
export function planProblems(plan: Plan, around: PlanSurroundings): Problem[] {
  return [
    ...(around.file ? keyProblems(around.file) : []),
    ...duplicates(plan.phases, '/phases', 'phase'),
    ...duplicates(plan.tasks, '/tasks', 'task'),
    ...duplicates(plan.decisions, '/decisions', 'decision'),
    ...plan.phases.flatMap((phase, at) => phaseProblems(phase, at, around)),
    ...busyTwice(plan),
    ...plan.tasks.flatMap((task, at) => taskProblems(task, at, plan, around)),
    ...dependencyProblems(plan),
    ...fileProblems(plan, around.overlaps ?? ((a, b) => a === b)),
  ];
}

function duplicates(entries: readonly { id: string }[], path: string, what: string): Problem[] {
  const first = new Map<string, number>();
  return entries.flatMap(({ id }, at) => {
    const before = first.get(id);
    if (before === undefined) first.set(id, at);
    if (before === undefined) return [];
    const said = `${path}/${before} is the ${what} ${quote(id)} already`;
    return [planError('DUPLICATE_ID', `${path}/${at}/id`, said, 'Give one of them another id.')];
  });
}

/** Which phase a message belongs to would be chance. */
function busyTwice({ phases }: Plan): Problem[] {
  const active = phases.map((phase, at) => ({ phase, at })).filter(({ phase }) => phase.status === 'active');
  return active.flatMap(({ phase, at }, nth) =>
    active.slice(0, nth).flatMap(({ phase: earlier }) => {
      const both = phase.agents.filter((name) => earlier.agents.includes(name));
      if (both.length === 0) return [];
      const said = `${both.join(', ')} ${both.length === 1 ? 'is' : 'are'} in the active phase ${quote(earlier.id)}, too`;
      return [planWarning('TWO_ACTIVE_PHASES', `/phases/${at}/agents`, said, 'End or pause one of them with comms phase.')];
    }),
  );
}
