import type { CleanupProgress } from '../../core/requests.ts';
import { visible } from '../../message/text.ts';
import type { CommandSpec, Run } from '../command.ts';
import { progressBar } from '../progress-bar.ts';

export const spec: CommandSpec = {
  name: 'sweep',
  summary: 'put down what is due, and clean up what is old',
  options: [
    { flags: '--archive-older-than <age>', summary: 'archive what was completed so long ago, such as 7d', value: 'duration' },
    {
      flags: '--purge-archive-older-than <age>',
      summary: 'delete archived messages that were completed so long ago',
      value: 'duration',
    },
    { flags: '--purge-dead-older-than <age>', summary: 'delete dead letters that have been dead for so long', value: 'duration' },
    { flags: '--dry-run', summary: 'show what would be done, and change nothing' },
  ],
  examples: [
    { command: 'comms sweep', does: 'Give back what dead workers held, and bury what expired' },
    { command: 'comms sweep --archive-older-than 7d --purge-dead-older-than 30d', does: 'Clean up, too' },
    { command: 'comms sweep --purge-archive-older-than 365d --dry-run', does: 'See what would be deleted for good' },
  ],
  notes: [
    'Every write puts down what is due where it writes, and comms watch does so every 30 s; so plain comms sweep is seldom\nneeded. Nothing is archived or deleted unless an option or cleanup in config.json says so: archive_after,\npurge_archive_after, purge_dead_after.',
    'It works in small steps, so that others can write in between; Ctrl-C ends it between two of them.',
  ],
};

/** Below this nobody gets to see a bar. */
const MANY = 300;
const DOING: Record<CleanupProgress['step'], string> = { sweep: 'sweeping', archive: 'archiving', purge: 'deleting' };

export const run: Run = async ({ options, open, style, progress, signal }) => {
  const dryRun = options.flag('dry-run');
  const comms = await open();
  const cleaned = await comms.cleanup({
    archiveOlderThanMs: options.number('archive-older-than'),
    purgeArchiveOlderThanMs: options.number('purge-archive-older-than'),
    purgeDeadOlderThanMs: options.number('purge-dead-older-than'),
    dryRun,
    onProgress: (now) => progress(progressBar(DOING[now.step], now, { atLeast: MANY })),
    signal,
  });
  const { leases, expired, archived, purged } = cleaned;
  const words: [{ inbox: string; id: string }[], string][] = [
    [leases, 'its lease ran out'],
    [expired, dryRun ? 'has expired' : 'expired'],
    [archived, dryRun ? 'would be archived' : 'archived'],
    [purged, dryRun ? 'would be deleted' : 'deleted'],
  ];
  const lines = words.flatMap(([list, word]) => list.map(({ inbox, id }) => `${style.id(visible(id))}  ${visible(inbox)}  ${word}`));
  return {
    data: { ...cleaned, ...(dryRun && { dry_run: true }) },
    text: lines.length === 0 ? 'Nothing is due.' : lines.join('\n'),
    brief: words.flatMap(([list]) => list.map(({ id }) => id)).join('\n'),
  };
};
