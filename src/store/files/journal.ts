import type { Message } from '../../message/message.ts';
import type { Section } from '../store.ts';
import type { GitMark } from './git-mark.ts';

/**
 * The journal: `.state/journal.ndjson`, append-only, one JSON entry a line (DESIGN §3). It knows what was there, so that
 * what a careless save took away can be brought back, and what was to be done, so that half of it can be finished.
 * This file is its text; reading and writing it is the store's.
 */
export type JournalEntry =
  /** This copy was seen in this state: written after a change of ours, or when somebody else's was noticed. */
  | { entry: 'seen'; at: string; inbox: string; section: Section; message: Message; by: 'comms' | 'hand' }
  /** This copy is no longer expected; `uid` is its identity. */
  | { entry: 'gone'; at: string; inbox: string; uid: string; why: 'git' | 'accepted' | 'removed' }
  /** Where git stood for the entries that follow. */
  | { entry: 'git'; mark: GitMark | null }
  /** Changes of several files that belong together, written down before the first of them. */
  | { entry: 'intent'; at: string; op: string; steps: Step[] }
  | { entry: 'done'; op: string; how: 'finished' | 'undone' };

/** One change of one file; doing it again does no harm. */
export type Step =
  | { file: string; step: 'put'; section: Section; message: Message }
  /**
   * `inbox` and `section` are those of the copy, `left` is how many others of the same message stay in the file; entries
   * from before there were these leave them out.
   */
  | { file: string; step: 'take'; id: string; uid: string; inbox?: string; section?: Section; left?: number };

export function renderEntries(entries: readonly JournalEntry[]): Buffer {
  return Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), 'utf8');
}

/** The entries of a journal's text. A torn line, left by a writer that was killed, is passed over. */
export function parseEntries(text: string): JournalEntry[] {
  const entries: JournalEntry[] = [];
  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const entry = parseLine(text.slice(start, end));
    if (entry) entries.push(entry);
    start = end + 1;
  }
  return entries;
}

/** The intents that were neither finished nor undone, oldest first. */
export function openIntents(entries: readonly JournalEntry[]): Extract<JournalEntry, { entry: 'intent' }>[] {
  const done = new Set(entries.flatMap((entry) => (entry.entry === 'done' ? [entry.op] : [])));
  return entries.flatMap((entry) => (entry.entry === 'intent' && !done.has(entry.op) ? [entry] : []));
}

function parseLine(line: string): JournalEntry | undefined {
  if (line === '') return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'entry' in value ? (value as JournalEntry) : undefined;
  } catch {
    return undefined;
  }
}
