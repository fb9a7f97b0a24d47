import type { DiffRequest } from '../../core/git/history-requests.ts';
import { CommsError } from '../../errors.ts';
import { rangeOf } from '../../git/revisions.ts';
import type { CommandSpec, Run } from '../command.ts';
import { countsText, diffData, diffLines } from '../history/diff-text.ts';
import { problemLines } from '../problem-lines.ts';

export const spec: CommandSpec = {
  name: 'diff',
  summary: 'show what differs between two revisions, message by message',
  arguments: [
    { name: 'from', summary: 'a commit, branch or tag, or A..B, or A...B (default: HEAD)' },
    { name: 'to', summary: 'the other one (default: the working tree)' },
  ],
  examples: [
    { command: 'comms diff', does: 'Show what is not committed yet' },
    { command: 'comms diff HEAD~3', does: 'Show what is new or different since then' },
    { command: 'comms diff main..topic --json', does: 'Print what differs from branch to branch' },
  ],
  notes: [
    'A message is the same one by its inbox and uid, wherever it lies. Listed are new, changed and gone ones, with their state before and after, and the paths in the JSON of what else was changed.',
    'A...B compares B with where the two branches parted.',
  ],
};

export const run: Run = async ({ args, open, style, notice }) => {
  const request = requestFrom(args);
  const comms = await open();
  const found = await comms.diff(request);
  const { from, to, messages, problems } = found;
  if (messages.length === 0 && problems.length === 0) notice('No message differs.');
  const broken = problems.length > 0 ? [problemLines(problems, style)] : [];
  return {
    data: { from: from ?? null, to: to ?? null, messages: messages.map(diffData), problems },
    text: [...diffLines(messages, style), ...broken, ...(messages.length > 0 ? [countsText(messages)] : [])].join('\n'),
    brief: messages.map(({ id }) => id).join('\n'),
  };
};

/** @throws USAGE */
function requestFrom([from, to]: readonly string[]): DiffRequest {
  const range = from === undefined ? undefined : rangeOf(from);
  if (range && to === undefined) return range;
  if (range || (to !== undefined && rangeOf(to))) {
    throw new CommsError('USAGE', 'A range names both revisions; there is no third.', { hint: 'For example: comms diff main..topic' });
  }
  return { ...(from !== undefined && { from }), ...(to !== undefined && { to }) };
}
