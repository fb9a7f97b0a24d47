import type { GitSetup } from '../../core/git/setup-requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { setupLines } from '../git/setup-text.ts';

export const spec: CommandSpec = {
  name: 'git setup',
  summary: 'let git merge inboxes message by message',
  options: [
    { flags: '--hooks', summary: 'also settle the workspace after each merge and rebase' },
    { flags: '--remove', summary: 'take out what this command put in, and nothing else' },
  ],
  examples: [
    { command: 'comms git setup', does: 'Set up this clone' },
    { command: 'comms git setup --hooks', does: 'Settle what a merge brings at once, and not with the next write' },
    { command: 'comms git setup --remove', does: 'Undo it' },
  ],
  notes: [
    'The attributes stand in .gitattributes of the workspace and are to be committed. The\ndriver stands in the config of this clone, since git takes no program from a\nrepository: each clone needs it once, and comms init does it. A clone without it gets\nordinary conflicts.',
    'comms git check says whether a clone is set up.',
  ],
};

export const run: Run = async ({ options, open, workspace, program }) => {
  const { store } = workspace().settings;
  const comms = await open();
  const remove = options.flag('remove');
  const done = remove
    ? await comms.removeFromGit()
    : await comms.setUpGit({ program: program === '' ? [] : [process.execPath, program], hooks: options.flag('hooks') });
  return {
    data: { ...done, ...(remove && { removed: true }) },
    text: setupLines(done, { remove }).map(visibleLine).join('\n'),
    brief: visible(done.repository),
    warnings: warningsFor(done, store),
  };
};

function warningsFor({ hooks }: GitSetup, store: string): string[] {
  const skipped = hooks.flatMap(({ name, state, reason }) => (state === 'skipped' ? [`The hook ${name} was left alone: ${reason}.`] : []));
  return store === 'files'
    ? skipped
    : [`Messages are kept in ${store}, which git does not merge; this is for the other files.`, ...skipped];
}

function visibleLine(line: string): string {
  return visible(line);
}
