import { CommsError } from '../../errors.ts';
import type { Problem } from '../../message/message.ts';
import { tasksById } from './check-dependencies.ts';
import type { Phase, Plan, Task } from './plan.ts';
import { planError, planWarning } from './plan-problem.ts';

/** Whether two globs can mean the same file. It may throw a CommsError for what is no glob. */
export type Overlaps = (a: string, b: string) => boolean;

/** A plan of somebody who wants to keep us busy ends here. */
const MOST_COMPARISONS = 200_000;
const MOST_PROBLEMS = 100;

/** Files that are no globs, and those that two agents may work on at the same time. */
export function fileProblems(plan: Plan, overlaps: Overlaps): Problem[] {
  const bad = plan.tasks.flatMap((task, at) => badGlobs(task, at, overlaps));
  return bad.length > 0 ? bad : sharedFiles(plan, overlaps);
}

/** What is no glob does not even overlap with itself. */
function badGlobs({ files }: Task, at: number, overlaps: Overlaps): Problem[] {
  return files.flatMap((file, nth) => {
    try {
      overlaps(file, file);
      return [];
    } catch (error) {
      if (!(error instanceof CommsError)) throw error;
      const hint = error.hint ?? 'Name files relative to the repository, such as src/**.';
      return [planError('BAD_GLOB', `/tasks/${at}/files/${nth}`, error.message, hint)];
    }
  });
}

function sharedFiles(plan: Plan, overlaps: Overlaps): Problem[] {
  const problems: Problem[] = [];
  const byId = tasksById(plan);
  const open = plan.tasks.map((task, at) => ({ task, at })).filter(({ task }) => task.status !== 'done' && task.files.length > 0);
  let left = MOST_COMPARISONS;
  for (const [nth, { task, at }] of open.entries()) {
    for (const { task: other, at: otherAt } of open.slice(0, nth)) {
      if (task.owner === other.owner || !mayMeet(plan, task, other)) continue;
      left -= task.files.length * other.files.length;
      if (left < 0 || problems.length === MOST_PROBLEMS) return [...problems, tooMany()];
      const shared = firstShared(task.files, other.files, overlaps);
      if (shared === undefined || comesAfter(byId, task, other) || comesAfter(byId, other, task)) continue;
      problems.push(overlapping({ task, at, other, otherAt, file: shared }));
    }
  }
  return problems;
}

/** Whether two tasks can be worked on at the same time, as far as their phases go. */
function mayMeet({ phases }: Plan, a: Task, b: Task): boolean {
  if (a.phase === undefined || b.phase === undefined) return true;
  const phaseOf = (task: Task): Phase | undefined => phases.find(({ id }) => id === task.phase);
  const [its, others] = [phaseOf(a), phaseOf(b)];
  return a.phase === b.phase ? its?.parallel === true : its?.status === 'active' && others?.status === 'active';
}

/** Whether `task` waits for `earlier`, over others too. */
function comesAfter(byId: ReadonlyMap<string, Task>, task: Task, earlier: Task): boolean {
  const seen = new Set([task.id]);
  for (const id of seen) {
    for (const before of byId.get(id)?.dependsOn ?? []) {
      if (before === earlier.id) return true;
      seen.add(before);
    }
  }
  return false;
}

/** The index of the first file of `files` that may be one of `others`. */
function firstShared(files: readonly string[], others: readonly string[], overlaps: Overlaps): number | undefined {
  const at = files.findIndex((file) => others.some((other) => overlaps(file, other)));
  return at < 0 ? undefined : at;
}

interface Meeting {
  task: Task;
  at: number;
  other: Task;
  otherAt: number;
  file: number;
}

function overlapping({ task, at, other, otherAt, file }: Meeting): Problem {
  const said = `"${task.files[file]}" is also of "${other.id}" (/tasks/${otherAt}) of ${other.owner ?? 'nobody'}, at the same time`;
  return planWarning(
    'OVERLAPPING_FILES',
    `/tasks/${at}/files/${file}`,
    said,
    `Let one come first ("depends_on": ["${other.id}"]), or divide the files.`,
  );
}

function tooMany(): Problem {
  return planWarning(
    'TOO_MANY_FILES',
    '/tasks',
    'there are too many files to compare all of them',
    'Name directories and globs instead of single files.',
  );
}
