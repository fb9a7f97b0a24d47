import type { Migrated } from '../../comms.ts';
import type { CommandSpec, Run } from '../command.ts';
import { problemLines, sortedProblems } from '../problem-lines.ts';
import type { Style } from '../style.ts';

export const spec: CommandSpec = {
  name: 'migrate',
  summary: 'move the workspace to another store',
  options: [
    { flags: '--to <store>', summary: 'where messages are to be kept', choices: ['files', 'sqlite'], required: true },
    { flags: '--skip-broken', summary: 'leave behind messages that cannot be read' },
  ],
  examples: [
    { command: 'comms migrate --to sqlite', does: 'Keep messages in messages.db from now on' },
    { command: 'comms migrate --to files', does: 'Go back to inbox files' },
  ],
  notes: [
    'Every message comes along with its id, state and section, and so do subscriptions, presence and heartbeats; ids\ncount on. Rate limits begin full. The new store is built and compared with the old one while nobody can write;\nthen config.json names it, and the files of the old one go to archive/before-migration-<time>, never deleted.',
    'Others may have the workspace open. What they wrote before is moved; what they write afterwards is refused with\nSTORE_MOVED, and their next command finds the new store. Cut off at any point, run it again: it begins anew or\nfinishes, and until then the old store is whole.',
  ],
};

export const run: Run = async ({ options, workspace, progress, signal, style }) => {
  const { migrateStore } = await import('../../comms.ts');
  const migrated = await migrateStore({
    workspace: workspace(),
    to: options.text('to') === 'sqlite' ? 'sqlite' : 'files',
    skipBroken: options.flag('skip-broken'),
    signal,
    onProgress: (done, total) => progress(done < total ? `Moved ${done} of ${total}…` : ''),
  });
  return { data: migrated, text: textOf(migrated, style), brief: migrated.kept ?? '' };
};

function textOf(
  { from, to, messages, active, archived, held, dead, subscriptions, next_id, kept, problems }: Migrated,
  style: Style,
): string {
  if (from === to) return `The workspace is in ${to} already.`;
  return [
    `Moved ${messages} ${messages === 1 ? 'message' : 'messages'} from ${from} to ${to}: ${active} active, ${archived} archived, ${held > 0 ? `${held} held, ` : ''}${dead} dead.`,
    ...(subscriptions > 0 ? [`${subscriptions} ${subscriptions === 1 ? 'subscription' : 'subscriptions'} came along.`] : []),
    `The next message will be ${style.id(next_id)}.`,
    ...(kept === null ? [] : [`What was in ${from} is kept in ${kept}`]),
    ...(problems.length > 0 ? ['Left behind:', problemLines(sortedProblems(problems), style)] : []),
  ].join('\n');
}
