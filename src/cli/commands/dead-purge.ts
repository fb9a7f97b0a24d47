import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { DEAD_OPTIONS, deadIds, requireSelection, selectionFrom } from '../dead/selection.ts';

export const spec: CommandSpec = {
  name: 'dead purge',
  summary: 'delete dead letters for good',
  arguments: [{ name: 'id', summary: 'these messages, such as msg-007; 7 will do', variadic: true }],
  options: [
    { flags: '--older-than <duration>', summary: 'only those that have been dead for so long', value: 'duration' },
    ...DEAD_OPTIONS,
    { flags: '--all', summary: 'all of them' },
    { flags: '--dry-run', summary: 'show what would go, and delete nothing' },
  ],
  examples: [
    { command: 'comms dead purge msg-007', does: 'Delete every dead copy of msg-007' },
    { command: 'comms dead purge --older-than 30d', does: 'Delete what nobody has put back for a month' },
    { command: 'comms dead purge --all --dry-run', does: 'Show what --all would delete' },
  ],
  notes: ['Nothing brings them back, and nobody is asked. Without ids or an option that chooses, --all is needed.'],
};

export const run: Run = async ({ args, options, open, style, notice }) => {
  const olderThanMs = options.number('older-than');
  const dryRun = options.flag('dry-run');
  const selection = selectionFrom(options);
  const narrowed = olderThanMs !== undefined || Object.keys(selection).length > 0;
  requireSelection({ ids: args, all: options.flag('all'), narrowed, what: 'purge' });
  const comms = await open();
  const ids = await deadIds(comms, args);
  const purged = await comms.purge({
    ...selection,
    ...(ids.length > 0 && { ids }),
    ...(olderThanMs !== undefined && { olderThanMs }),
    dryRun,
  });
  if (purged.length === 0) notice('No dead letters to delete.');
  const word = dryRun ? 'would be deleted' : 'deleted';
  return {
    data: { purged, ...(dryRun && { dry_run: true }) },
    text: purged.map(({ inbox, id }) => `${style.id(visible(id))}  ${visible(inbox)}  ${word}`).join('\n'),
    brief: [...new Set(purged.map(({ id }) => id))].join('\n'),
  };
};
