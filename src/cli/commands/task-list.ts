import type { TaskSummary } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { registeredAgent } from '../identity.ts';
import { textTable } from '../text-table.ts';

export const spec: CommandSpec = {
  name: 'task list',
  summary: 'list the tasks of the plan, and what they wait for',
  options: [{ flags: '--owner <agent>', summary: 'only those of this agent', completes: 'agent' }],
  examples: [
    { command: 'comms task list', does: 'Show who does what, and what it waits for' },
    { command: 'comms task list --owner gpt', does: 'Show the tasks of gpt' },
  ],
  notes: ['comms task is the same. A task is active while its phase is, or where it has none.'],
};

export const run: Run = async ({ open, options, style, notice, workspace }) => {
  const comms = await open();
  const owner = options.text('owner');
  const agent = owner === undefined ? undefined : registeredAgent(owner, workspace().settings);
  const tasks = (await comms.tasks()).filter((task) => agent === undefined || task.owner === agent);
  if (tasks.length === 0) notice(agent === undefined ? 'plan.json names no tasks.' : `plan.json names no tasks of ${agent}.`);
  const head = ['task', 'status', 'owner', 'phase', 'waits for', 'title'].map((name) => style.dim(name));
  const row = ({ id, status, owner: who, phase, waits_for, title }: TaskSummary) => [
    style.strong(visible(id)),
    status === 'active' ? style.good(status) : style.dim(status),
    visible(who ?? '-'),
    visible(phase ?? '-'),
    waits_for.map((one) => visible(one)).join(', ') || '-',
    visible(title),
  ];
  return {
    data: { tasks },
    text: tasks.length === 0 ? '' : textTable([head, ...tasks.map(row)]),
    brief: tasks.map(({ id }) => visible(id)).join('\n'),
  };
};
