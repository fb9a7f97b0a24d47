import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { textTable } from '../text-table.ts';

export const spec: CommandSpec = {
  name: 'agents list',
  summary: 'list the registered agents',
  examples: [
    { command: 'comms agents list', does: 'Show names, aliases and descriptions' },
    { command: 'comms agents list --quiet', does: 'Print the names only' },
  ],
};

export const run: Run = async ({ workspace, style }) => {
  const { settings } = workspace();
  const agents = settings.agents.map((name) => {
    const { description, aliases = [] } = settings.raw.agents[name] ?? {};
    return { name, aliases, ...(description !== undefined && { description }) };
  });
  const rows = agents.map(({ name, aliases, description = '' }) => [style.strong(name), aliases.join(', '), visible(description)]);
  return {
    data: { agents },
    text: agents.length === 0 ? 'No agents yet. Register one: comms agents add NAME' : textTable(rows),
    brief: settings.agents.join('\n'),
  };
};
