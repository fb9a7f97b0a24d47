import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DATABASE_FILE } from './layout.ts';

/** An id with the time that follows it: a number may be given twice in two copies, both together hardly. */
const MESSAGE = /"id"\s*:\s*"([^"\\]+)"(?:\s*,\s*"timestamp"\s*:\s*"([^"\\]+)")?/g;

/**
 * The ids of the messages in one copy of a workspace that the other one lacks. A scan of the text, not a parse, since it
 * is done with every command in a linked worktree.
 */
export function idsMissingFrom(main: string, copy: string): string[] {
  // What lies in a database is not read for a warning.
  if (existsSync(join(main, DATABASE_FILE))) return [];
  const candidates = new Map(markdownFiles(copy).flatMap(messagesIn));
  if (candidates.size === 0) return [];
  for (const file of markdownFiles(main)) for (const [key] of messagesIn(file)) candidates.delete(key);
  return [...new Set(candidates.values())];
}

function messagesIn(file: string): [key: string, id: string][] {
  return [...readFileSync(file, 'utf8').matchAll(MESSAGE)].map(([, id = '', time = '']) => [`${id} ${time}`, id]);
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
