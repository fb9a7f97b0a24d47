import type { AgentSummary } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import { countsText, lastSeen, presenceText } from '../agents/presence-text.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { textTable } from '../text-table.ts';

export const spec: CommandSpec = {
  name: 'agents list',
  summary: 'list the registered agents, and who is there',
  examples: [
    { command: 'comms agents list', does: 'Show who is online, what each does, and how much waits for it' },
    { command: 'comms agents list --quiet', does: 'Print the names only' },
  ],
  notes: [
    'online, stale and offline go by the age of the last comms heartbeat.\ncomms agents is the same. comms agents show NAME tells more of one; comms agents add NAME registers another.',
  ],
};

export const run: Run = async (invocation) => {
  const { options, workspace, open } = invocation;
  const brief = workspace().settings.agents.join('\n');
  // Shells ask for the names at every press of TAB.
  if (options.flag('quiet') && !options.flag('json')) return { data: undefined, text: '', brief };
  const comms = await open();
  return outcomeOf(await comms.agents(), brief, invocation);
};

function outcomeOf(agents: AgentSummary[], brief: string, { style, now }: Invocation): Outcome {
  if (agents.length === 0) return { data: { agents }, text: 'No agents yet. Register one: comms agents add NAME', brief };
  const rows = agents.map((agent) => [
    style.strong(agent.name),
    presenceText(agent.presence, style),
    lastSeen(agent.last_heartbeat, now()),
    visible(agent.status),
  ]);
  const heads = textTable(rows).split('\n');
  const lines = agents.flatMap((agent, at) => [
    heads[at] ?? '',
    `  ${countsText(agent, style)}`,
    ...(agent.current_task ? [`  ${style.dim('task:')} ${visible(agent.current_task)}`] : []),
    ...(agent.description ? [`  ${visible(agent.description)}`] : []),
    ...(agent.aliases.length > 0 ? [`  ${style.dim('also:')} ${agent.aliases.join(', ')}`] : []),
  ]);
  return { data: { agents }, text: lines.join('\n'), brief };
}
