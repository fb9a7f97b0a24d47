import type { CopyState, MessageDiff } from '../../core/git/history-requests.ts';
import { firstLine, visible } from '../../message/text.ts';
import type { Style } from '../style.ts';
import { textTable } from '../text-table.ts';

const SUBJECT_LENGTH = 80;
const MOST_PATHS = 5;
/** What changes along with a message's state, and says nothing beside it. */
const OF_THE_STATE = /^\/(?:status|not_before|delivery)(?:\/|$)/;

/** A line for each message that differs, and one for what was changed in its content. */
export function diffLines(messages: readonly MessageDiff[], style: Style): string[] {
  if (messages.length === 0) return [];
  const rows = messages.map((one) => [
    wordOf(one, style),
    style.id(visible(one.id)) + (one.previousId === undefined ? '' : ` (was ${visible(one.previousId)})`),
    visible(one.type),
    `${visible(one.sender)} → ${visible(one.inbox)}`,
    statesOf(one),
    visible(firstLine(one.subject, SUBJECT_LENGTH)),
  ]);
  const lines = textTable(rows).split('\n');
  return messages.flatMap((one, n) => [lines[n] ?? '', ...pathsOf(one).map((path) => `  ${style.dim(path)}`)]);
}

/** "2 new, 1 changed, 0 gone", for people. */
export function countsText(messages: readonly MessageDiff[]): string {
  return (['new', 'changed', 'gone'] as const).map((what) => `${messages.filter((one) => one.what === what).length} ${what}`).join(', ');
}

/** As --json prints it. */
export function diffData({ previousId, ...one }: MessageDiff): object {
  return { ...one, ...(previousId !== undefined && { previous_id: previousId }) };
}

function wordOf({ what }: MessageDiff, style: Style): string {
  if (what === 'new') return style.good(what);
  return what === 'gone' ? style.bad(what) : style.warn(what);
}

function statesOf({ before, after }: MessageDiff): string {
  const states = [before, after].flatMap((state) => (state ? [stateText(state)] : []));
  return [...new Set(states)].join(' → ');
}

function stateText({ status, section }: CopyState): string {
  return section === 'active' ? status : section.toUpperCase();
}

function pathsOf({ paths, before, after }: MessageDiff): string[] {
  const changed = before && after && stateText(before) !== stateText(after);
  const content = paths.filter((path) => !OF_THE_STATE.test(path) && path !== '/id');
  const shown = content.length > 0 || changed ? content : paths;
  const more = shown.length > MOST_PATHS ? [`and ${shown.length - MOST_PATHS} more`] : [];
  return [...shown.slice(0, MOST_PATHS).map((path) => visible(path)), ...more];
}
