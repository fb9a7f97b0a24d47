import type { CommandSpec, Run } from '../command.ts';
import { exitFor, problemCount, problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'plan check',
  summary: 'find what is wrong with the plan',
  examples: [
    { command: 'comms plan check', does: 'Look for agents that there are not, circles, and files of two agents' },
    { command: 'comms plan check --json', does: 'Hand what was found to a program' },
  ],
  notes: [
    'Ends with 6 where there are errors; warnings alone are 0. comms doctor and comms\nvalidate look at the plan, too.',
    'The plan is plan.json of the workspace; comms schema plan prints what it may hold.',
  ],
};

export const run: Run = async ({ open, style }) => {
  const problems = sortedProblems(await (await open()).checkPlan());
  const text = problems.length === 0 ? 'No problems.' : `${problemLines(problems, style)}\n${problemCount(problems)}`;
  return { data: { problems }, text, brief: problemLines(problems, style), exit: exitFor(problems) };
};
