/** Which files of a workspace hold messages (DESIGN §3): on disk, and in commits. Names are relative to its root, with forward slashes. */
export const DEAD_LETTERS = 'dead-letters.md';
export const HELD_FILE = 'held.md';

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

/** Whether a file holds messages of several inboxes. */
export function isShared(kind: Kind): kind is SharedKind {
  return kind.kind === 'dead' || kind.kind === 'held';
}
