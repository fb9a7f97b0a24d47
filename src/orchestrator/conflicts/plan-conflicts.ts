import { meeter, readableGlobs } from '../paths/glob.ts';
import type { Decision, Plan, Task } from '../plan/plan.ts';
import type { CheckContext, Finding } from '../verdict.ts';
import { conflict } from './conflict.ts';
import { workersOf } from './work.ts';

/** Answers may always be given, whatever became of the phase meanwhile. */
const ANSWERS = ['ACK', 'RESPONSE'];
/** Types that propose something; who asks or answers may speak of what was rejected. */
const PROPOSALS = ['CODE_CHANGE', 'FIX_REQUEST', 'COORDINATION', 'DISCOVERY'];

/**
 * What in a message does not go with the plan: somebody else's active task owns its files, or the task that it is about;
 * its phase is not active; or it proposes what was decided against.
 */
export function planConflicts(context: CheckContext): Finding[] {
  const { plan } = context;
  if (!plan) return [];
  return [...ownedByOthers(context, plan), ...outOfPhase(context), ...againstDecisions(context, plan)];
}

function ownedByOthers(context: CheckContext, plan: Plan): Finding[] {
  const workers = workersOf(context);
  const meeters = context.files.map((file) => ({ file, meets: meeter(file) }));
  const isForeign = ({ owner }: Task) => owner !== undefined && workers.some((worker) => !isOrIncludes(context, worker, owner));
  return plan.tasks
    .filter((task) => task.status === 'active' && isForeign(task))
    .flatMap((task) => {
      const globs = readableGlobs(task.files);
      const touched = meeters.filter(({ meets }) => globs.some(meets)).map(({ file }) => file);
      const isAbout = context.task?.id === task.id;
      if (touched.length === 0 && !isAbout) return [];
      const what =
        touched.length > 0
          ? `${touched.join(', ')}, which the task ${task.id} of ${task.owner} owns`
          : `the task ${task.id}, which ${task.owner} owns`;
      return conflict('PLAN_CONFLICT', `The message is about ${what}.`, `Ask ${task.owner} to do it, or change the owner in plan.json.`, {
        task: task.id,
        owner: task.owner,
        files: touched,
      });
    });
}

/** A group may work on what one of its members owns. */
function isOrIncludes({ groups }: CheckContext, worker: string, owner: string): boolean {
  return worker === owner || (Object.hasOwn(groups, worker) && (groups[worker] ?? []).includes(owner));
}

function outOfPhase({ phase, task, message }: CheckContext): Finding[] {
  if (!phase || phase.status === 'active' || phase.status === 'paused' || ANSWERS.includes(message.type)) return [];
  const about = task ? `about the task ${task.id} of the phase ${phase.id}` : `of the phase ${phase.id}`;
  const way =
    phase.status === 'ended'
      ? `Send it without this phase, or run "comms phase start ${phase.id} --again".`
      : `Wait until it begins, or run "comms phase start ${phase.id}".`;
  const state = phase.status === 'ended' ? 'has ended' : 'has not begun';
  return [
    conflict('PLAN_CONFLICT', `The message is ${about}, which ${state}.`, way, {
      phase: phase.id,
      status: phase.status,
      ...(task && { task: task.id }),
    }),
  ];
}

function againstDecisions({ message }: CheckContext, { decisions }: Plan): Finding[] {
  if (!PROPOSALS.includes(message.type)) return [];
  const said = wordsOf([message.subject, message.content]);
  return decisions.flatMap((decision) => {
    const proposed = decision.rejected.filter((words) => said.includes(wordsOf(words)));
    return proposed.length > 0 ? [contradiction(decision, proposed)] : [];
  });
}

function contradiction({ id, decision }: Decision, proposed: string[]): Finding {
  return conflict(
    'PLAN_CONFLICT',
    `The message proposes ${proposed.join(', ')}, which the decision ${id} rejects: ${decision}`,
    `Follow the decision, or change ${id} in plan.json first.`,
    { decision: id, rejected: proposed },
  );
}

/** Everything that a value says, as words between single spaces, so that "MD5" is found in "use md5." and not in "md5sum". */
function wordsOf(value: unknown): string {
  const texts: string[] = [];
  const collect = (part: unknown): void => {
    if (typeof part === 'string') texts.push(part);
    else if (typeof part === 'object' && part !== null) for (const member of Object.values(part)) collect(member);
  };
  collect(value);
  return ` ${
    texts
      .join(' ')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join(' ') ?? ''
  } `;
}
