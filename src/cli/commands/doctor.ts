import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Comms } from '../../core/api.ts';
import type { Problem } from '../../message/message.ts';
import type { CommandSpec, Run } from '../command.ts';
import { environmentProblems } from '../doctor/environment.ts';
import { tryWatcher } from '../doctor/try-watcher.ts';
import { exitFor, problemCount, problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'doctor',
  summary: 'find what is wrong with the workspace, and mend it',
  options: [
    { flags: '--fix', summary: 'bring back what vanished, make missing files, give fresh ids where two messages share one' },
    { flags: '--accept', summary: 'let go of what vanished' },
  ],
  examples: [
    { command: 'comms doctor', does: 'Look, and change nothing' },
    { command: 'comms doctor --fix', does: 'Mend what can be mended without a decision' },
    { command: 'comms doctor --accept', does: 'Messages were deleted on purpose' },
  ],
  notes: [
    'A message has vanished when somebody saved an old copy of an inbox over it. What git took away has not.',
    'Ends with 6 where errors are left; warnings alone are 0.',
  ],
};

/** What --accept lets be; anything else that is gone afterwards was put right. */
const LOSSES = ['VANISHED', 'REGRESSED'];

export const run: Run = async ({ options, workspace, open, cwd, now, style }) => {
  const { root } = workspace();
  const comms = await open();
  const { problems: stored, fixed } = await comms.check({ fix: options.flag('fix'), accept: options.flag('accept') });
  const around = await environmentProblems({ root, cwd, nodeVersion: process.versions.node, now: now(), tryWatcher });
  const problems = sortedProblems([...stored, ...around, ...(await gitProblems(comms, root))]);
  const mended = sortedProblems(fixed);
  return {
    data: { problems, fixed: mended },
    text: [...mendedLines(mended), problems.length === 0 ? 'No problems.' : leftLines(problems, mended.length > 0)].join('\n'),
    brief: problemLines(problems, style),
    exit: exitFor(problems),
  };

  function mendedLines(list: readonly Problem[]): string[] {
    const lettingGo = options.flag('accept') && !options.flag('fix');
    return list.map(({ hint, ...problem }) => {
      const word = lettingGo && LOSSES.includes(problem.code) ? 'accepted' : 'mended';
      return `${style.good(word)}  ${problemLines([problem], style)}`;
    });
  }

  function leftLines(list: readonly Problem[], some: boolean): string {
    return `${problemLines(list, style)}\n${problemCount(list)}${some ? ' left' : ''}`;
  }
};

/** Git merges by the driver where the attributes say so and the clone knows it. */
async function gitProblems({ context }: Comms, root: string): Promise<Problem[]> {
  if (context.repositoryOf === undefined || !existsSync(join(root, '.gitattributes'))) return [];
  const { driverProblems } = await import('../../core/git/check.ts');
  try {
    const problems = await driverProblems(context, await context.repositoryOf());
    return problems.map((problem) => ({ ...problem, severity: 'warning' }));
  } catch {
    // Without git, or outside of a repository, there is nothing to merge.
    return [];
  }
}
