import type { Problem } from '../../message/message.ts';
import { quote } from '../../message/text.ts';
import type { Plan, Task } from './plan.ts';
import { planError, planWarning, unknownId } from './plan-problem.ts';

/** How many tasks of a circle, and how many circles, are told. */
const LONGEST_SHOWN = 20;
const MOST_CYCLES = 20;

/** What is wrong with depends_on: tasks that are not there, circles, and tasks of a later phase. */
export function dependencyProblems(plan: Plan): Problem[] {
  const { phases, tasks } = plan;
  const byId = tasksById(plan);
  const place = new Map(phases.map(({ id }, at) => [id, at]));
  const problems = tasks.flatMap((task, at) =>
    task.dependsOn.flatMap((id, nth) => {
      const path = `/tasks/${at}/depends_on/${nth}`;
      const before = byId.get(id);
      if (!before) return [unknownId('UNKNOWN_TASK', 'task', id, path, tasks)];
      const [own, its] = [task, before].map(({ phase }) => (phase === undefined ? undefined : place.get(phase)));
      if (own === undefined || its === undefined || its <= own) return [];
      const said = `${quote(task.id)} of the phase "${task.phase}" waits for ${quote(id)} of "${before.phase}", which comes later`;
      return [planWarning('LATER_PHASE', path, said, 'Move one of the two tasks, or change the order of the phases.')];
    }),
  );
  return [...problems, ...cycleProblems(plan, byId)];
}

/** Of two tasks with one id the first is meant. */
export function tasksById({ tasks }: Plan): Map<string, Task> {
  return new Map([...tasks].reverse().map((task) => [task.id, task]));
}

/** Each circle once, told from its first task in the file. */
function cycleProblems({ tasks }: Plan, byId: ReadonlyMap<string, Task>): Problem[] {
  return cyclesIn(tasks, byId).map((cycle) => {
    const [first = ''] = cycle;
    const at = tasks.findIndex(({ id }) => id === first);
    const shown = cycle.length > LONGEST_SHOWN ? [...cycle.slice(0, LONGEST_SHOWN), '…'] : cycle;
    const said =
      cycle.length === 1 ? `${quote(first)} waits for itself` : `the tasks wait for each other: ${[...shown, first].join(' → ')}`;
    return planError('CIRCULAR_DEPENDENCY', `/tasks/${at}/depends_on`, said, 'Take one of these dependencies out.');
  });
}

/** A walk that keeps its own stack, since a chain can be as long as the plan. */
function cyclesIn(tasks: readonly Task[], byId: ReadonlyMap<string, Task>): string[][] {
  const done = new Set<string>();
  const cycles: string[][] = [];
  for (const { id: root } of tasks) {
    const path: { id: string; next: number }[] = done.has(root) ? [] : [{ id: root, next: 0 }];
    const open = new Set(path.map(({ id }) => id));
    while (path.length > 0 && cycles.length < MOST_CYCLES) {
      const top = path[path.length - 1] ?? { id: '', next: 0 };
      const id = byId.get(top.id)?.dependsOn[top.next];
      top.next += 1;
      if (id === undefined) {
        path.pop();
        open.delete(top.id);
        done.add(top.id);
      } else if (open.has(id)) {
        cycles.push(path.slice(path.findIndex((one) => one.id === id)).map((one) => one.id));
      } else if (!done.has(id)) {
        path.push({ id, next: 0 });
        open.add(id);
      }
    }
  }
  return cycles;
}
