import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE } from './layout.ts';

/** An id with the time that follows it: a number may be given twice in two copies, both together hardly. */
const MESSAGE = /"id"\s*:\s*"([^"\\]+)"(?:\s*,\s*"timestamp"\s*:\s*"([^"\\]+)")?/g;

const UID = /"uid"\s*:\s*"([^"\\]+)"/;
const ORIGINAL_ID = /"original_id"\s*:\s*"([^"\\]+)"/;

/**
 * The ids of the messages in one copy of a workspace that the other one lacks. A scan of the text, not a parse, since it
 * is done with every command in a linked worktree.
 */
export function idsMissingFrom(main: string, copy: string): string[] {
  // What lies in a database is not read for a warning.
  if (existsSync(join(main, DATABASE_FILE))) return [];
  const candidates = new Map(markdownFiles(copy).flatMap((file) => messagesIn(readFileSync(file, 'utf8'))));
  if (candidates.size === 0) return [];
  const texts = markdownFiles(main).map((file) => readFileSync(file, 'utf8'));
  for (const text of texts) for (const [key] of messagesIn(text)) candidates.delete(key);
  if (candidates.size > 0) dropRenumbered(candidates, texts);
  return [...new Set([...candidates.values()].map(({ id }) => id))];
}

interface Found {
  id: string;
  /** The text from its id to the next one. */
  text: string;
}

function messagesIn(text: string): [key: string, found: Found][] {
  const matches = [...text.matchAll(MESSAGE)];
  return matches.map((match, n) => {
    const [, id = '', time = ''] = match;
    return [`${id} ${time}`, { id, text: text.slice(match.index, matches[n + 1]?.index) }];
  });
}

/** An id that was taken here is given anew by comms import; the uid stays, or metadata.original_id tells. */
function dropRenumbered(candidates: Map<string, Found>, texts: readonly string[]): void {
  const here = texts.flatMap(messagesIn);
  const uids = new Set(here.flatMap(([, { text }]) => UID.exec(text)?.[1] ?? []));
  const before = new Set(here.map(([key, { id, text }]) => `${ORIGINAL_ID.exec(text)?.[1] ?? ''}${key.slice(id.length)}`));
  for (const [key, { text }] of candidates) if (uids.has(UID.exec(text)?.[1] ?? '') || before.has(key)) candidates.delete(key);
}

/** Inboxes, dead letters, held messages and what was rotated into archive/. */
function markdownFiles(root: string): string[] {
  const inRoot = names(root).filter((name) => name.endsWith('-inbox.md') || name === 'dead-letters.md' || name === 'held.md');
  const archive = join(root, 'archive');
  const rotated = names(archive).filter((name) => name.endsWith('.md'));
  return [...inRoot.map((name) => join(root, name)), ...rotated.map((name) => join(archive, name))].filter(
    (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true,
  );
}

function names(directory: string): string[] {
  return statSync(directory, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(directory) : [];
}
