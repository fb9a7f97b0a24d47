import { CommsError } from '../../errors.ts';
import type { CommandSpec, Invocation, Outcome, Run } from '../command.ts';
import { actAsAgent, TASK_VARIABLE, type Task } from '../simulate/agent.ts';
import { findingsOf } from '../simulate/findings.ts';
import { parentOfProcess } from '../simulate/parent.ts';
import { agentNames, type Plan } from '../simulate/plan.ts';
import { runAgents } from '../simulate/processes.ts';
import { isSound, reportOf, reportText } from '../simulate/report.ts';
import { makeWorkspace } from '../simulate/workspace.ts';

const MOST_AGENTS = 100;
const MOST_MESSAGES = 10_000;
/** Between two lines of progress, in ms. */
const REDRAW_MS = 100;

export const spec: CommandSpec = {
  name: 'simulate',
  summary: 'let many processes write to each other, and count what is lost',
  options: [
    { flags: '--agents <count>', summary: `how many agents, a process each (2 to ${MOST_AGENTS})`, value: 'integer', default: 5 },
    { flags: '--messages <count>', summary: `how many messages each agent sends (1 to ${MOST_MESSAGES})`, value: 'integer', default: 20 },
    { flags: '--store <kind>', summary: 'keep messages in', choices: ['files', 'sqlite'], default: 'files' },
    { flags: '--seed <number>', summary: 'the same number gives the same messages', value: 'integer', default: 1 },
    { flags: '--in <dir>', summary: 'make the workspace in this directory, and leave it there', completes: 'directory' },
    { flags: '--keep', summary: 'leave the temporary workspace there, to be looked at' },
  ],
  examples: [
    { command: 'comms simulate --agents 20 --messages 100', does: 'See what this machine does with twenty busy agents' },
    { command: 'comms simulate --store sqlite --json', does: 'The same figures for SQLite, as JSON' },
    { command: 'comms simulate --in /mnt/shared/try', does: 'Try a file system: the workspace is made there' },
  ],
  notes: [
    'Each agent is a process that sends to the others, and claims and completes what comes to it as it comes. Then\nwhat the processes recorded is held against what the store has: lost is what was acknowledged and is not there, or is\nnot completed though it was; doubled is what lies there, was claimed or was completed twice.',
    'Your own workspace is never touched. The exit status is 0 where nothing was lost or doubled, nothing is left open,\nand no error came up; else it is 1, and the workspace is left to be looked at.',
  ],
};

export const run: Run = async (invocation) => {
  const task = invocation.env[TASK_VARIABLE];
  if (task !== undefined && process.send) return runAgent(invocation, JSON.parse(task) as Task);
  const { options, cwd, env, program, signal, style, progress, now } = invocation;
  const plan = planFrom(invocation);
  const store = options.text('store') ?? 'files';
  const into = options.text('in');
  const workspace = makeWorkspace({ cwd, into, agents: agentNames(plan), store });
  let keep = options.flag('keep') || into !== undefined;
  try {
    const total = plan.agents * plan.messages;
    const [start, drawn] = [now(), { at: 0 }];
    const onProgress = (sent: number, completed: number) => {
      if (now() - drawn.at < REDRAW_MS) return;
      drawn.at = now();
      progress(`sent ${sent} of ${total}, completed ${completed}, ${Math.round((drawn.at - start) / 1000)} s`);
    };
    progress(`starting ${plan.agents} processes`);
    const records = await runAgents({ plan, root: workspace.root, program, env, signal, onProgress });
    progress('looking at what is there');
    const { copies, problems } = await lookAt(workspace.root, { cwd, env });
    const findings = findingsOf(records, copies, problems);
    const sound = isSound(reportOf(records, { plan, store, findings, workspace: null }));
    keep ||= !sound;
    const report = reportOf(records, { plan, store, findings, workspace: keep ? workspace.root : null });
    const outcome: Outcome = {
      data: report,
      text: reportText(report, style),
      brief: report.findings.flatMap(({ id }) => id ?? []).join('\n'),
      ...(!sound && { exit: 1 }),
    };
    return outcome;
  } finally {
    if (!keep) workspace.remove();
  }
};

/** This process is one of the agents. */
async function runAgent({ open, signal }: Invocation, task: Task): Promise<undefined> {
  const parent = parentOfProcess();
  await actAsAgent(await open(), task, parent, signal);
  await parent.told();
  return undefined;
}

async function lookAt(workspace: string, where: { cwd: string; env: NodeJS.ProcessEnv }) {
  const { openComms } = await import('../../comms.ts');
  const comms = await openComms({ ...where, workspace });
  try {
    const copies = await comms.store.list({ sections: ['active', 'archived', 'held', 'dead'] });
    const { problems } = await comms.check();
    return { copies, problems };
  } finally {
    await comms.close();
  }
}

/** @throws USAGE */
function planFrom({ options }: Invocation): Plan {
  if (options.text('workspace') !== undefined) {
    throw new CommsError('USAGE', 'comms simulate makes a workspace of its own, and does not use yours.', {
      hint: 'Leave --workspace out; --in DIR says where the new one is to be.',
    });
  }
  const within = (name: string, least: number, most: number) => {
    const value = options.number(name) ?? least;
    if (value >= least && value <= most) return value;
    throw new CommsError('USAGE', `--${name} takes ${least} to ${most}; ${value} is not.`, {
      hint: `For example: comms simulate --agents 20 --messages 100`,
      details: { option: `--${name}`, value, least, most },
    });
  };
  return {
    agents: within('agents', 2, MOST_AGENTS),
    messages: within('messages', 1, MOST_MESSAGES),
    seed: within('seed', 0, 2 ** 31),
  };
}
