import type { Comms } from '../../core/api.ts';
import type { PresenceLimits } from '../../core/presence.ts';
import type { Overdue, PresenceState } from '../../core/requests.ts';
import { CommsError } from '../../errors.ts';
import { formatDuration } from '../../message/duration.ts';
import { compareIds } from '../../message/ids.ts';
import type { StatusDocument } from '../../message/status.ts';
import { visible } from '../../message/text.ts';
import { presenceText } from '../agents/presence-text.ts';
import type { CommandSpec, Run } from '../command.ts';
import type { Style } from '../style.ts';
import { textTable } from '../text-table.ts';

/** How many ids of one kind are worth a look. */
const SHOWN_IDS = 20;

export const spec: CommandSpec = {
  name: 'status',
  summary: 'show where everything stands',
  examples: [
    { command: 'comms status', does: 'Show the agents and groups, their counts, and what is open' },
    { command: 'comms status --json', does: 'Print what status.json holds, and the ids of what is overdue' },
  ],
  notes: ['comms inbox --as NAME lists the messages of one agent, comms overdue what is to be answered by now.'],
};

export const run: Run = async ({ open, style, now }) => {
  const comms = await open();
  const [status, overdue, held, waiting] = await Promise.all([comms.status(), comms.overdue(), comms.held(), notCommitted(comms)]);
  const { pending_items, in_progress_items, blocked_items } = status;
  const lists = [
    idLine('Pending', pending_items, style),
    idLine('In progress', in_progress_items, style),
    idLine('Blocked', blocked_items, style),
    idLine(
      'Held',
      held.messages.map(({ id }) => id),
      style,
    ),
    overdueLine(overdue, style),
  ];
  const openLines = lists.filter((line) => line !== '');
  return {
    data: {
      ...status,
      overdue_items: [...new Set(overdue.map(({ message }) => message.id))].sort(compareIds),
      ...(waiting !== undefined && { not_committed: waiting }),
    },
    text: [
      agentTable(status, await presenceIn(status, { ...comms.workspace.settings, now: now() }), style),
      ...groupTable(status, style),
      '',
      ...(openLines.length > 0 ? openLines : ['Nothing is open.']),
      ...(waiting ? [`${style.strong('Not committed:')} ${waiting} ${waiting === 1 ? 'message' : 'messages'}`] : []),
    ].join('\n'),
    brief: [...new Set([...pending_items, ...in_progress_items, ...blocked_items])].join('\n'),
  };
};

/** How many messages no commit has, where the workspace is kept in git. */
async function notCommitted({ uncommitted, store, workspace }: Comms): Promise<number | undefined> {
  if (!store.capabilities.editable) return undefined;
  try {
    const { messages, tracked } = await uncommitted();
    return tracked || workspace.settings.autocommit ? messages : undefined;
  } catch (error) {
    // Outside of git, or where git cannot say, there is still the rest to be shown.
    if (error instanceof CommsError) return undefined;
    throw error;
  }
}

/** By name; of nobody where nobody ever gave a heartbeat. */
async function presenceIn({ agents }: StatusDocument, limits: PresenceLimits): Promise<Record<string, PresenceState>> {
  const all = Object.entries(agents);
  if (all.every(([, { last_heartbeat }]) => last_heartbeat === undefined)) return {};
  const { presenceOf } = await import('../../core/presence.ts');
  return Object.fromEntries(all.map(([name, { last_heartbeat }]) => [name, presenceOf(last_heartbeat, limits)]));
}

function agentTable({ agents }: StatusDocument, presence: Record<string, PresenceState>, style: Style): string {
  const shown = Object.keys(presence).length > 0;
  const head = ['agent', ...(shown ? ['presence'] : []), 'status', 'pending', 'in progress', 'blocked', 'done', 'errors', 'task'].map(
    (name) => style.dim(name),
  );
  const rows = Object.entries(agents).map(([name, agent]) => [
    style.strong(visible(name)),
    ...(shown ? [presenceText(presence[name] ?? 'offline', style)] : []),
    visible(String(agent.status)),
    ...countsOf(agent),
    visible(agent.current_task ?? '-'),
  ]);
  return textTable([head, ...rows]);
}

/** The shared inboxes, below the agents. */
function groupTable({ groups = {} }: StatusDocument, style: Style): string[] {
  if (Object.keys(groups).length === 0) return [];
  const head = ['group', 'pending', 'in progress', 'blocked', 'done', 'errors'].map((name) => style.dim(name));
  const rows = Object.entries(groups).map(([name, group]) => [style.strong(visible(name)), ...countsOf(group)]);
  return ['', textTable([head, ...rows])];
}

type Counts = Pick<StatusDocument['agents'][string], CountName>;
type CountName = 'messages_pending' | 'messages_in_progress' | 'messages_blocked' | 'messages_processed' | 'error_count';

function countsOf(counts: Counts): string[] {
  return [counts.messages_pending, counts.messages_in_progress, counts.messages_blocked, counts.messages_processed, counts.error_count].map(
    String,
  );
}

/** Who is to answer what, and since when. */
function overdueLine(overdue: readonly Overdue[], style: Style): string {
  if (overdue.length === 0) return '';
  const more = overdue.length > SHOWN_IDS ? ` and ${overdue.length - SHOWN_IDS} more` : '';
  const shown = overdue
    .slice(0, SHOWN_IDS)
    .map(({ message, inbox, overdue_ms }) => `${style.id(visible(message.id))} (${visible(inbox)}, ${formatDuration(overdue_ms)})`);
  return `${style.bad('Overdue:')} ${shown.join(', ')}${more}`;
}

function idLine(name: string, ids: readonly string[], style: Style): string {
  if (ids.length === 0) return '';
  const more = ids.length > SHOWN_IDS ? ` and ${ids.length - SHOWN_IDS} more` : '';
  const shown = ids.slice(0, SHOWN_IDS).map((id) => style.id(visible(id)));
  return `${style.strong(`${name}:`)} ${shown.join(', ')}${more}`;
}
