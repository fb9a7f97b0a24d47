import type { PhaseSummary } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Invocation, Run } from '../command.ts';
import { sinceText, statusText } from '../plan/phase-text.ts';
import { textTable } from '../text-table.ts';

export const spec: CommandSpec = {
  name: 'phase list',
  summary: 'list the phases of the plan, and how far they are',
  examples: [
    { command: 'comms phase list', does: 'Show who works in which phase, what is done, and how many messages it took' },
    { command: 'comms phase list --json', does: 'Hand that to a program' },
  ],
  notes: [
    'comms phase is the same. Phases stand in plan.json of the workspace; comms schema\nplan prints what it may hold.',
    'Messages are shown where there is a limit to them, and counted from each start on.',
  ],
};

export const run: Run = async (invocation) => {
  const { open, style, notice } = invocation;
  const phases = await (await open()).phases();
  if (phases.length === 0) notice('plan.json names no phases.');
  const head = ['phase', 'status', 'since', 'tasks', 'messages', 'agents', 'name'].map((name) => style.dim(name));
  return {
    data: { phases },
    text: phases.length === 0 ? '' : textTable([head, ...phases.map((phase) => rowOf(phase, invocation))]),
    brief: phases.map(({ id }) => visible(id)).join('\n'),
  };
};

function rowOf(phase: PhaseSummary, { style, now }: Invocation): string[] {
  const { id, name, status, agents, tasks_done, tasks_total, messages } = phase;
  return [
    style.strong(visible(id)),
    statusText(status, style),
    sinceText(phase, now()) || '-',
    `${tasks_done}/${tasks_total}`,
    messages ? `${messages.used}/${messages.limit}` : '-',
    agents.map((agent) => visible(agent)).join(', ') || '-',
    visible(name),
  ];
}
