import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'where',
  summary: 'show which workspace is used, and why',
  options: [{ flags: '--as <agent>', summary: 'ask as this agent (default: COMMS_AGENT)', completes: 'agent' }],
  examples: [
    { command: 'comms where', does: 'Show the workspace, the reason, and who you are' },
    { command: 'cd "$(comms where --quiet)"', does: 'Go there' },
  ],
  notes: [
    'Looked for in this order: --workspace, COMMS_WORKSPACE, then upwards from here: agent-comms/, .claude-workspace/agent-comms/, the directory itself. In a linked git worktree the search begins in the main working tree, so that all worktrees share one.',
  ],
};

export const run: Run = async ({ workspace, options, env, identity, style }) => {
  const { root, reason, settings } = workspace();
  const agent = options.text('as') !== undefined || env.COMMS_AGENT ? identity() : null;
  const text = [
    `${style.strong('workspace')}  ${root}`,
    `${style.strong('reason')}     ${reason}`,
    `${style.strong('agent')}      ${agent ?? 'nobody (--as NAME, or COMMS_AGENT)'}`,
    `${style.strong('agents')}     ${settings.agents.join(', ') || 'none'}`,
    `${style.strong('store')}      ${settings.store}`,
  ].join('\n');
  return { data: { workspace: root, reason, agent, agents: settings.agents, store: settings.store }, text, brief: root };
};
