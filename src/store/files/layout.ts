import type { Section } from '../store.ts';

/** Where things lie in a workspace (DESIGN §3). All names are relative to its root, with forward slashes. */
export const DEAD_LETTERS = 'dead-letters.md';
export const HELD_FILE = 'held.md';
export const STATUS_FILE = 'status.json';
export const ARCHIVE_DIR = 'archive';
export const STATE_DIR = '.state';
export const JOURNAL_FILE = `${STATE_DIR}/journal.ndjson`;
export const CHANNELS_FILE = 'channels.json';
export const HEARTBEATS_DIR = `${STATE_DIR}/heartbeats`;
export const BUCKETS_FILE = `${STATE_DIR}/rate-buckets.json`;
export const CHECKPOINT_FILE = `${STATE_DIR}/checkpoint.json`;

const INBOX = /^([a-z0-9][a-z0-9_-]{0,63})-inbox\.md$/;
const ARCHIVE = /^archive\/([a-z0-9][a-z0-9_-]{0,63})-inbox-\d{4}-\d{2}\.md$/;

/** What a file of messages is. A copy in the dead letters, or among the held messages, belongs to the inbox of its recipient. */
export type Kind = { kind: 'inbox' | 'archive'; inbox: string } | SharedKind;
export type SharedKind = { kind: 'dead' | 'held' };

/** What the file of this name holds; undefined where it holds no messages. */
export function kindOf(file: string): Kind | undefined {
  if (file === DEAD_LETTERS) return { kind: 'dead' };
  if (file === HELD_FILE) return { kind: 'held' };
  const inbox = INBOX.exec(file)?.[1];
  if (inbox !== undefined) return { kind: 'inbox', inbox };
  const archived = ARCHIVE.exec(file)?.[1];
  return archived === undefined ? undefined : { kind: 'archive', inbox: archived };
}

export function inboxFile(inbox: string): string {
  return `${inbox}-inbox.md`;
}

/** The archive file for what is rotated at `iso`: one a month. */
export function archiveFile(inbox: string, iso: string): string {
  return `${ARCHIVE_DIR}/${inbox}-inbox-${iso.slice(0, 7)}.md`;
}

/** The file that the copies of one section are put into. */
export function fileFor(inbox: string, section: Section): string {
  if (section === 'held') return HELD_FILE;
  return section === 'dead' ? DEAD_LETTERS : inboxFile(inbox);
}

/** Whether a file holds messages of several inboxes. */
export function isShared(kind: Kind): kind is SharedKind {
  return kind.kind === 'dead' || kind.kind === 'held';
}
