import { runMergeDriver } from '../../core/git/merge-driver.ts';
import { CommsError } from '../../errors.ts';
import { DRIVER_KINDS, type DriverKind } from '../../merge/merge-file.ts';
import type { CommandSpec, Run } from '../command.ts';

export const spec: CommandSpec = {
  name: 'git merge-driver',
  summary: 'merge one file of the workspace; git calls it',
  arguments: [
    { name: 'kind', summary: 'what the file is', required: true, choices: DRIVER_KINDS },
    { name: 'base', summary: 'the common ancestor (%O)', required: true, completes: 'file' },
    { name: 'ours', summary: 'our version, which takes the outcome (%A)', required: true, completes: 'file' },
    { name: 'theirs', summary: 'their version (%B)', required: true, completes: 'file' },
    { name: 'path', summary: 'where it lies in the repository (%P)' },
  ],
  examples: [
    {
      command: 'comms git merge-driver inbox base.md ours.md theirs.md gpt-inbox.md',
      does: 'Merge three versions of an inbox into ours.md',
    },
  ],
  notes: [
    'Set up by comms git setup. It needs no workspace, takes no lock, and changes nothing\nbut the file "ours".',
    'Ends with 1 where something is left for a person, between conflict markers.',
  ],
};

export const run: Run = async ({ args, cwd }) => {
  const [kind = '', base, ours, theirs] = args;
  if (base === undefined || ours === undefined || theirs === undefined) {
    throw new CommsError('USAGE', 'Three files are needed.', { hint: 'Run: comms git merge-driver --help' });
  }
  const { conflict } = await runMergeDriver({ kind: kind as DriverKind, base, ours, theirs, cwd });
  return { data: { conflict }, text: '', exit: conflict ? 1 : 0 };
};
