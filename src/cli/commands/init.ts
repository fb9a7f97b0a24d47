import type { GitSetup } from '../../core/git/setup-requests.ts';
import { CommsError } from '../../errors.ts';
import { checkAgentName } from '../../message/names.ts';
import { visible } from '../../message/text.ts';
import { initTarget } from '../../workspace/init-target.ts';
import { applyInit, type InitPlan, planInit, type StoreKind } from '../../workspace/scaffold.ts';
import { isInGit } from '../../workspace/worktree.ts';
import type { CommandSpec, Outcome, Run } from '../command.ts';
import { setupLines } from '../git/setup-text.ts';

export const spec: CommandSpec = {
  name: 'init',
  summary: 'make a workspace here',
  options: [
    { flags: '--agents <names>', summary: 'register these agents (default: claude,gpt)', commas: true },
    { flags: '--store <kind>', summary: 'keep messages in (default: files)', choices: ['files', 'sqlite'] },
    { flags: '--no-git', summary: 'leave git as it is (else as comms git setup, inside a repository)' },
    { flags: '--dry-run', summary: 'show what would be written, and write nothing' },
  ],
  examples: [
    { command: 'comms init', does: 'Make agent-comms/ with inboxes for claude and gpt' },
    { command: 'comms init --agents claude,gpt,gemini', does: 'Register three agents' },
    { command: 'comms init --store sqlite', does: 'Keep messages in messages.db, for many messages and one machine' },
    { command: 'comms init --workspace /srv/team/agent-comms', does: 'Make it at another place' },
    { command: 'comms init --dry-run --json', does: 'Show every file and its content' },
  ],
  notes: ['A file that is there already is never changed: run it again to complete what is missing.'],
};

export const run: Run = async ({ options, cwd, env, now, program }) => {
  const target = initTarget({ cwd, env, workspace: options.text('workspace') });
  const agents = options.list('agents');
  for (const name of agents) checkAgentName(name);
  const store = options.text('store') as StoreKind | undefined;
  const plan = planInit({ ...target, agents: agents.length > 0 ? agents : undefined, store, at: new Date(now()).toISOString() });
  if (options.flag('dry-run')) return dryRun(plan);
  // Where its package is missing, the workspace could not be used.
  if (plan.store === 'sqlite') await (await import('../../store/open.ts')).assertSqlite();
  const written = applyInit(plan);
  const git = options.choice('git') === false || plan.store !== 'files' ? undefined : await setUp(plan.root, { cwd, env, program });
  return withGit(outcome(plan, written), git);
};

interface Git {
  setup?: GitSetup;
  warnings: string[];
}

/** What is made here must not depend on git: where it cannot be set up, that is said. */
async function setUp(
  root: string,
  { cwd, env, program }: { cwd: string; env: NodeJS.ProcessEnv; program: string },
): Promise<Git | undefined> {
  if (!isInGit(root)) return undefined;
  const { openComms } = await import('../../comms.ts');
  const comms = await openComms({ cwd, env, workspace: root });
  try {
    return { setup: await comms.setUpGit({ program: program === '' ? [] : [process.execPath, program] }), warnings: [] };
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    return { warnings: [`git does not merge messages by itself here: ${error.message} Later: comms git setup`] };
  } finally {
    await comms.close();
  }
}

function withGit(made: Outcome, git: Git | undefined): Outcome {
  if (!git) return made;
  const { setup, warnings } = git;
  const lines = setup ? setupLines(setup, { remove: false }).map((line) => `  ${visible(line)}`) : [];
  return {
    ...made,
    data: { ...(made.data as object), ...(setup && { git: setup }) },
    text: [made.text, ...(lines.length > 0 ? ['Git merges messages one by one:', ...lines] : [])].join('\n'),
    warnings: [...(made.warnings ?? []), ...warnings],
  };
}

function dryRun({ root, agents, store, files, warnings }: InitPlan): Outcome {
  const lines = files.map(({ path, exists }) => `  ${exists ? 'keep  ' : 'create'}  ${path}`);
  return {
    data: { workspace: root, agents, store, files: files.map(({ path, content, exists }) => ({ path, exists, content })), dry_run: true },
    text: [`Would make the workspace ${root} with the agents ${agents.join(', ')}:`, ...lines].join('\n'),
    brief: root,
    warnings,
  };
}

function outcome({ root, agents, store, files, warnings }: InitPlan, written: string[]): Outcome {
  const created = written.includes('config.json');
  const [first = 'claude', second = first] = agents;
  const head = created ? `Made the workspace ${root}` : `The workspace ${root} is there already`;
  const lines = files.map(({ path }) => `  ${written.includes(path) ? 'created' : 'kept   '}  ${path}`);
  const next = [
    'Next:',
    `  comms send --from ${first} --to ${second} --type INFO --subject "Hello" --details "Up and running"`,
    `  comms inbox --as ${second}`,
    `Tell each agent to read ${root}/protocol.md`,
  ];
  return {
    data: { workspace: root, agents, store, created, files: files.map(({ path }) => ({ path, created: written.includes(path) })) },
    text: [head, ...lines, ...next].join('\n'),
    brief: root,
    warnings,
  };
}
