import type { LogEvent } from '../../core/git/history-requests.ts';
import { firstLine, visible } from '../../message/text.ts';
import type { Style } from '../style.ts';
import { textTable } from '../text-table.ts';

const NOTE_LENGTH = 80;

/** What happened, a line each: the deed, the message, and who or what it was about. */
export function eventLines(events: readonly LogEvent[], style: Style): string[] {
  if (events.length === 0) return [];
  const rows = events.map((event) => [wordOf(event, style), idsOf(event, style), visible(event.type), aboutOf(event)]);
  return textTable(rows).split('\n');
}

function wordOf({ kind }: LogEvent, style: Style): string {
  if (kind === 'completed') return style.good(kind);
  if (kind === 'dead' || kind === 'failed' || kind === 'removed') return style.bad(kind);
  return kind === 'blocked' || kind === 'held' ? style.warn(kind) : kind;
}

function idsOf({ id, previousId }: LogEvent, style: Style): string {
  return style.id(visible(id)) + (previousId === undefined ? '' : ` (was ${visible(previousId)})`);
}

function aboutOf({ kind, sender, inbox, agent, note, subject, fields }: LogEvent): string {
  const way = `${visible(sender)} → ${visible(inbox)}`;
  const what = note === undefined ? '' : `: ${visible(firstLine(note, NOTE_LENGTH))}`;
  if (kind === 'sent' || kind === 'removed') return `${way}  ${visible(firstLine(subject, NOTE_LENGTH))}`;
  if (kind === 'held') return `${way}${what}`;
  if (kind === 'changed') return `${way}${fields && fields.length > 0 ? `  ${fields.map((field) => visible(field)).join(', ')}` : ''}`;
  if (agent === undefined) return `in ${visible(inbox)}${what}`;
  // In a group's inbox the holder is one of its members.
  return `by ${visible(agent)}${agent === inbox ? '' : `, in ${visible(inbox)}`}${what}`;
}

/** As --json prints it. */
export function eventData({ previousId, ...event }: LogEvent): object {
  return { ...event, ...(previousId !== undefined && { previous_id: previousId }) };
}
