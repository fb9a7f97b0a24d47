import type { Message } from '../../message/message.ts';
import type { Phase, Plan, Task } from './plan.ts';

/** Who writes what to whom; all that a message's phase and task follow from. */
export interface Asked {
  message: Pick<Message, 'metadata'>;
  sender: string;
  recipients: readonly string[];
}

/** An id that a message names and the plan does not have. */
export interface Unknown {
  unknown: string;
}

/**
 * The phase that a message belongs to: the one that its metadata.phase_id names, else that of the task in
 * metadata.task_id, else the active one, then the paused one, that has the sender among its agents. Of several the first
 * that also has a recipient. undefined where it belongs to none.
 */
export function phaseOf(plan: Plan, { message, sender, recipients }: Asked): Phase | Unknown | undefined {
  const named = idIn(message, 'phase_id') ?? taskNamedBy(plan, message)?.phase;
  if (named !== undefined) return plan.phases.find(({ id }) => id === named) ?? { unknown: named };
  for (const status of ['active', 'paused'] as const) {
    const its = plan.phases.filter((phase) => phase.status === status && phase.agents.includes(sender));
    const shared = its.find(({ agents }) => recipients.some((recipient) => recipient !== sender && agents.includes(recipient)));
    const found = shared ?? its[0];
    if (found) return found;
  }
  return undefined;
}

/** The task that a message belongs to: the one that its metadata.task_id names, else the only active one of its sender. */
export function taskOf(plan: Plan, { message, sender }: Omit<Asked, 'recipients'>): Task | Unknown | undefined {
  const named = idIn(message, 'task_id');
  if (named !== undefined) return taskNamedBy(plan, message) ?? { unknown: named };
  const [first, second] = activeTasks(plan).filter(({ owner }) => owner === sender);
  return second === undefined ? first : undefined;
}

export function isUnknown(found: object | undefined): found is Unknown {
  return found !== undefined && 'unknown' in found;
}

export function activeTasks({ tasks }: Plan): Task[] {
  return tasks.filter(({ status }) => status === 'active');
}

function taskNamedBy({ tasks }: Plan, message: Asked['message']): Task | undefined {
  const named = idIn(message, 'task_id');
  return named === undefined ? undefined : tasks.find(({ id }) => id === named);
}

/** metadata is somebody's JSON: anything may stand there. */
function idIn({ metadata }: Asked['message'], name: 'phase_id' | 'task_id'): string | undefined {
  const value = metadata?.[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
