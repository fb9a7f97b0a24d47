import { relative } from 'node:path';
import { applyInit, planInit } from '../../workspace/scaffold.ts';
import type { CommandSpec, Run } from '../command.ts';
import { demoDirectory } from '../demo/directory.ts';
import { commandLine, runStep } from '../demo/run-step.ts';
import { STEPS } from '../demo/steps.ts';

const AGENTS = ['claude', 'gpt'];

export const spec: CommandSpec = {
  name: 'demo',
  summary: 'let two agents mend a bug, step by step',
  options: [{ flags: '--dir <dir>', summary: 'make the workspace in this directory (default: ./demo-workspace)', completes: 'directory' }],
  examples: [
    { command: 'comms demo', does: 'Show each command, and what it prints' },
    { command: 'comms demo --dir /tmp/demo', does: 'Make its workspace there' },
  ],
  notes: [
    'Every message goes through real inbox files, which stay there to be looked at. Where ./demo-workspace\nis taken, it is ./demo-workspace-2, and so on.',
  ],
};

export const run: Run = async ({ options, cwd, env, signal, now, style, emit }) => {
  const json = options.flag('json');
  const workspace = demoDirectory(cwd, options.text('dir'));
  const shown = relative(cwd, workspace) || '.';
  const tell = (text: string) => {
    if (!json && !options.flag('quiet')) emit(null, text);
  };
  applyInit(planInit({ root: workspace, project: workspace, agents: AGENTS, at: new Date(now()).toISOString() }));
  tell(intro(shown, style.dim));

  const color = style.strong('x') !== 'x';
  const steps: { explains: string; command: string; output: string }[] = [];
  for (const [at, step] of STEPS.entries()) {
    const command = commandLine(step.argv);
    tell(`\n${style.strong(`${at + 1}. ${step.explains}`)}\n${style.dim('$')} ${style.id(command)}`);
    const output = await runStep(step, { workspace, cwd, signal, now, color });
    tell(output);
    steps.push({ explains: step.explains, command, output });
  }
  return {
    data: { workspace, steps, files: FILES.map(([name]) => name) },
    text: ending(workspace, shown, programName(env)),
    brief: workspace,
  };
};

const FILES: [name: string, says: string][] = [
  ['gpt-inbox.md', 'the bug report and the test result, as gpt got them'],
  ['claude-inbox.md', 'the change and the acknowledgement'],
  ['status.json', 'where everything stands'],
  ['protocol.md', 'what an agent has to know; tell yours to read it'],
];

function intro(shown: string, dim: (text: string) => string): string {
  return [
    'claude and gpt work on one project. They leave each other messages in files.',
    dim(`$ comms init --workspace ${shown} --agents ${AGENTS.join(',')}`),
    dim(`$ export COMMS_WORKSPACE=${shown}`),
  ].join('\n');
}

function ending(workspace: string, shown: string, comms: string): string {
  const width = Math.max(...FILES.map(([name]) => name.length));
  return [
    '',
    'Done. Every message is in a file; have a look:',
    ...FILES.map(([name, says]) => `  ${shown}/${name.padEnd(width)}  ${says}`),
    'Go on by yourself:',
    `  export COMMS_WORKSPACE=${workspace}`,
    `  ${comms} inbox --as claude`,
    `  ${comms} watch --all`,
  ].join('\n');
}

/** Within a clone `npm run demo` runs it where nobody has installed it yet. */
function programName({ npm_lifecycle_event: script }: NodeJS.ProcessEnv): string {
  return script === 'demo' ? 'node bin/comms.js' : 'comms';
}
