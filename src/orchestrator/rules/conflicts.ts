import { conflict } from '../conflicts/conflict.ts';
import { cycleThrough, sayCycle } from '../conflicts/cycles.ts';
import { waitsFrom } from '../conflicts/dependencies.ts';
import { planConflicts } from '../conflicts/plan-conflicts.ts';
import { conflicting } from '../conflicts/reservations.ts';
import { workersOf } from '../conflicts/work.ts';
import type { CheckContext, Finding, Rule } from '../verdict.ts';

/** What in a message does not go with the plan, with others' reservations, or with who waits for whom (the seed's ConflictDetector). */
export const conflictsRule: Rule = (context) => {
  if (!context.communication.detectsConflicts) return [];
  return [...planConflicts(context), ...reserved(context), ...circular(context)];
};

function reserved(context: CheckContext): Finding[] {
  const { files: paths, reservations, now, groups } = context;
  const isOf = (group: string, agent: string) => Object.hasOwn(groups, group) && (groups[group] ?? []).includes(agent);
  const foreign = workersOf(context).flatMap((worker) =>
    conflicting(reservations, { agent: worker, paths, now }).flatMap(({ reservation }) =>
      isOf(worker, reservation.agent) ? [] : reservation,
    ),
  );
  return [...new Set(foreign)].map(({ agent, path, expires_at, task }) =>
    conflict(
      'RESERVATION_CONFLICT',
      `The message is about files that ${agent} has reserved: ${path}, until ${expires_at}.`,
      `Ask ${agent} to do it or to run "comms unreserve ${path}", or wait until ${expires_at}.`,
      { agent, path, expires_at, ...(task !== undefined && { task }) },
    ),
  );
}

function circular(context: CheckContext): Finding[] {
  const { message, recipients, waits } = context;
  const cycle = cycleThrough(waits, waitsFrom(message, recipients, context));
  if (!cycle) return [];
  return [
    conflict(
      'CIRCULAR_DEPENDENCY',
      `The message would close a circle of dependencies: ${sayCycle(cycle)}.`,
      'Break the circle: let one of them go on without waiting, or leave the message out.',
      {
        path: cycle.map(({ from }) => from),
        ids: cycle.flatMap(({ id }) => id ?? []),
      },
    ),
  ];
}
