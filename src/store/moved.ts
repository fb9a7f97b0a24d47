import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CommsError, errnoOf } from '../errors.ts';
import { freshName } from '../fresh-name.ts';
import { readRegularText } from '../read-file.ts';

/** Where a workspace says that its messages were moved to another store. Outside git, since so are the processes it is for. */
export const MOVED_FILE = path.join('.state', 'moved.json');

export interface Moved {
  /** The store that was left: nobody may write to it any more. */
  from: string;
  /** The store that was complete when this was written. */
  to: string;
  /** ISO 8601. */
  at: string;
  /** Where what was left is kept, relative to the workspace. */
  kept: string;
  /** Everything was tidied up. */
  done?: boolean;
}

/** What a workspace says of its last move; undefined where it was never moved. */
export function readMoved(root: string): Moved | undefined {
  try {
    const value: unknown = JSON.parse(readRegularText(path.join(root, MOVED_FILE)));
    return isMoved(value) ? value : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Says so, durably: from now on nobody writes to the store that was left. */
export function writeMoved(root: string, moved: Moved): void {
  const file = path.join(root, MOVED_FILE);
  const temporary = `${file}.${freshName()}.tmp`;
  mkdirSync(path.dirname(file), { recursive: true });
  const descriptor = openSync(temporary, 'wx');
  try {
    writeFileSync(descriptor, `${JSON.stringify(moved)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(temporary, file);
  if (process.platform === 'win32') return;
  const directory = openSync(path.dirname(file), 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}

/** @throws STORE_MOVED where the messages of this store were moved to another one */
export function refuseMoved(root: string, store: string): void {
  const moved = readMoved(root);
  if (moved?.from === store) throw storeMoved(moved);
}

export function storeMoved({ from, to, at }: Pick<Moved, 'from' | 'to'> & { at?: string }): CommsError {
  const when = at === undefined ? '' : ` at ${at}`;
  return new CommsError('STORE_MOVED', `The messages of this workspace were moved from ${from} to ${to}${when}; nothing was written.`, {
    hint: `Run the command again. Where it is refused again, config.json still names ${from}: comms migrate --to ${to} puts that right.`,
    details: { from, to },
  });
}

function isMoved(value: unknown): value is Moved {
  if (typeof value !== 'object' || value === null) return false;
  return ['from', 'to', 'at', 'kept'].every((name) => typeof Reflect.get(value, name) === 'string');
}
