import type { CommandSpec, Run } from '../command.ts';
import { exitFor, problemCount, problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'git check',
  summary: 'find what keeps git from merging messages in this clone',
  examples: [
    { command: 'comms git check', does: 'Look, and change nothing' },
    { command: 'comms git check --json', does: 'Hand what was found to a program' },
  ],
  notes: ['Ends with 6 where there are errors; warnings alone are 0. comms git setup mends what\nis missing.'],
};

export const run: Run = async ({ open, workspace, notice, style }) => {
  const { store } = workspace().settings;
  if (store !== 'files') {
    notice(`Messages are kept in ${store}; there is nothing for git to merge.`);
    return { data: { problems: [] }, text: '' };
  }
  const problems = sortedProblems(await (await open()).checkGit());
  const text = problems.length === 0 ? 'No problems.' : `${problemLines(problems, style)}\n${problemCount(problems)}`;
  return { data: { problems }, text, brief: problemLines(problems, style), exit: exitFor(problems) };
};
