import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

/** Where things lie in a workspace (DESIGN §3). */
export const CONFIG_FILE = 'config.json';
export const STATUS_FILE = 'status.json';
/** What belongs to this machine only; git-ignored. */
export const STATE_DIR = '.state';
export const DATABASE_FILE = 'messages.db';
export const PLAN_FILE = 'plan.json';
export const RESERVATIONS_FILE = 'reservations.json';
/** Where a workspace is looked for in a directory, in this order. */
export const WORKSPACE_PLACES = ['agent-comms', join('.claude-workspace', 'agent-comms')] as const;

const INBOX = /^(.+)-inbox\.md$/;
const OURS = new Set([STATUS_FILE, 'protocol.md', DATABASE_FILE]);

/** The names of the `*-inbox.md` files in a directory, without the ending, sorted; empty where there is no directory. */
export function inboxNames(directory: string): string[] {
  return fileNames(directory)
    .flatMap((name) => INBOX.exec(name)?.[1] ?? [])
    .sort();
}

/** Whether a directory is a workspace: a config.json is enough, or, for a hand-made one, an inbox with status.json. */
export function isWorkspace(directory: string): boolean {
  const names = fileNames(directory);
  return names.includes(CONFIG_FILE) || isHandMade(names);
}

/**
 * Whether a directory that was not called by name is a workspace itself. Here a config.json alone proves nothing, since
 * many a project has one.
 */
export function looksLikeWorkspace(directory: string): boolean {
  const names = fileNames(directory);
  if (isHandMade(names)) return true;
  if (!names.includes(CONFIG_FILE)) return false;
  return basename(directory) === WORKSPACE_PLACES[0] || names.some((name) => OURS.has(name) || INBOX.test(name));
}

function isHandMade(names: readonly string[]): boolean {
  return names.includes(STATUS_FILE) && names.some((name) => INBOX.test(name));
}

function fileNames(directory: string): string[] {
  // One stat is cheaper than an exception, and most directories on the way up have no workspace.
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return [];
  return readdirSync(directory);
}
