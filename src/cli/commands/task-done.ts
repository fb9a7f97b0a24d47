import type { TaskDone } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { AS_OPTION, identityIfAny } from '../holder.ts';

export const spec: CommandSpec = {
  name: 'task done',
  summary: 'say that a task of the plan is done',
  arguments: [{ name: 'id', summary: 'the task, as plan.json calls it', required: true, completes: 'task' }],
  options: [{ ...AS_OPTION, summary: 'its owner (default: COMMS_AGENT); without a name a person says so' }],
  examples: [
    { command: 'comms task done task-1 --as gpt', does: 'Finish it, and see what can begin now' },
    { command: 'comms task done task-1', does: 'The same in the name of nobody' },
  ],
  notes: ['It may be done already. An orchestrator of config.json may finish the tasks of others.'],
};

export const run: Run = async (invocation) => {
  const { args, open } = invocation;
  const agent = identityIfAny(invocation);
  const done = await (await open()).finishTask({ id: args[0] ?? '', ...(agent !== undefined && { agent }) });
  return { data: done, text: doneText(done), brief: visible(done.task.id) };
};

function doneText({ task, changed, ready }: TaskDone): string {
  const named = ({ id, owner }: TaskDone['task']) => visible(owner === undefined ? id : `${id} (${owner})`);
  const next = ready.length === 0 ? [] : [`It was the last that these waited for: ${ready.map(named).join(', ')}`];
  return [`${named(task)} is done${changed ? '' : ' already'}`, ...next].join('\n');
}
