import type { LogEntry } from '../../core/git/history-requests.ts';
import { visible } from '../../message/text.ts';
import { problemLines } from '../problem-lines.ts';
import type { Style } from '../style.ts';
import { eventLines } from './event-lines.ts';

/** A commit that brought many messages, such as a merge or an import, does not fill the screen with them. */
const MOST_EVENTS = 30;
const MOST_FILES = 5;

/** A commit with what it did, for people. */
export function entryText(entry: LogEntry, style: Style): string {
  const { commit, author, time, subject, events, files, problems } = entry;
  const head = [style.id(shortName(commit)), visible(time), style.dim(visible(author)), visible(subject)].join('  ');
  const shown = eventLines(events.slice(0, MOST_EVENTS), style);
  const rest =
    events.length > MOST_EVENTS ? [`and ${events.length - MOST_EVENTS} more: comms diff ${shortName(commit)}^..${shortName(commit)}`] : [];
  const broken = problems.length > 0 ? problemLines(problems, style).split('\n') : [];
  const nothing = shown.length + broken.length === 0 ? [style.dim(`changed ${filesText(files)}`)] : [];
  return [head, ...[...shown, ...rest, ...broken, ...nothing].map((line) => `  ${line}`)].join('\n');
}

export function shortName(commit: string): string {
  return commit.slice(0, 10);
}

function filesText(files: readonly string[]): string {
  const shown = files
    .slice(0, MOST_FILES)
    .map((file) => visible(file))
    .join(', ');
  return files.length > MOST_FILES ? `${shown} and ${files.length - MOST_FILES} more files` : shown;
}
