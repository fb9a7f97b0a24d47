import { DEAD_LETTERS, HELD_FILE } from '../message-files.ts';
import type { Section } from '../store.ts';

export { DEAD_LETTERS, HELD_FILE, isShared, type Kind, kindOf, type SharedKind } from '../message-files.ts';

/** Where things lie in a workspace (DESIGN §3). All names are relative to its root, with forward slashes. */
export const STATUS_FILE = 'status.json';
export const ARCHIVE_DIR = 'archive';
export const STATE_DIR = '.state';
export const JOURNAL_FILE = `${STATE_DIR}/journal.ndjson`;
export const CHANNELS_FILE = 'channels.json';
export const HEARTBEATS_DIR = `${STATE_DIR}/heartbeats`;
export const BUCKETS_FILE = `${STATE_DIR}/rate-buckets.json`;
export const CHECKPOINT_FILE = `${STATE_DIR}/checkpoint.json`;

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
