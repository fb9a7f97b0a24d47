import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { textTable } from '../text-table.ts';

export const spec: CommandSpec = {
  name: 'group list',
  summary: 'list the groups, their members, and what waits for them',
  examples: [
    { command: 'comms group list', does: 'Show who takes the messages of which shared inbox' },
    { command: 'comms group list --json', does: 'Hand that to a program' },
  ],
  notes: ['comms send --group NAME writes to the shared inbox of a group; the first member to claim a message has it.'],
};

export const run: Run = async (invocation) => {
  const { open, style } = invocation;
  const groups = await (await open()).groups();
  if (groups.length === 0) invocation.notice('There are no groups; "comms group add NAME --members a,b" makes one.');
  const head = ['group', 'pending', 'in progress', 'blocked', 'done', 'members', 'description'].map((name) => style.dim(name));
  const rows = groups.map((group) => [
    style.strong(visible(group.name)),
    ...[group.messages_pending, group.messages_in_progress, group.messages_blocked, group.messages_processed].map(String),
    group.members.map((member) => visible(member)).join(', ') || '-',
    visible(group.description ?? ''),
  ]);
  return {
    data: { groups },
    text: groups.length === 0 ? '' : textTable([rows.some((row) => row.at(-1)) ? head : head.slice(0, -1), ...rows]),
    brief: groups.map(({ name }) => name).join('\n'),
  };
};
