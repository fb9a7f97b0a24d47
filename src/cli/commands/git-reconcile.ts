import type { CommandSpec, Run } from '../command.ts';
import { problemLines, sortedProblems } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'git reconcile',
  summary: 'settle what a merge left behind in the workspace',
  examples: [{ command: 'comms git reconcile', does: 'Settle it now, and not with the next write' }],
  notes: [
    'Git merges files one by one. A message that is in two places afterwards stays where it\nis further; of several messages with one id the first one keeps it, the others get\nfresh ids, and what refers to them follows. Every command that writes does the same once\nit sees that git moved.',
  ],
};

export const run: Run = async ({ open, notice, style }) => {
  const { fixed } = await (await open()).check({ reconcile: true });
  const settled = sortedProblems(fixed);
  if (settled.length === 0) notice('Nothing to settle.');
  return {
    data: { settled },
    text: settled.map(({ hint: _, ...problem }) => `${style.good('settled')}  ${problemLines([problem], style)}`).join('\n'),
  };
};
