import { watch } from 'node:fs';
import type Database from 'better-sqlite3';
import { aborted } from '../aborted.ts';
import { readMoved, refuseMoved } from '../moved.ts';
import type { StoreEvent, WatchOptions } from '../store.ts';
import type { Follower } from './changes-since.ts';
import { DATABASE_FILE } from './sqlite-errors.ts';
import { onCommit } from './wake.ts';

/** A write of the log is told of before it is committed, so a second look follows. In ms. */
const SECOND_LOOK_MS = 4;
/** The safety net, for file systems that tell nothing. In ms. */
const POLL_MS = 1_200;
/** How often what is due is put down while somebody watches. In ms. */
const SWEEP_MS = 30_000;

export interface WatchParts {
  db: Database.Database;
  root: string;
  /** The database's file, links resolved. */
  file: string;
  /** Starts to follow, on one state of the database. */
  follow: () => Follower;
  /** Reads on one state of the database. */
  read: <T>(look: () => T) => T;
  sweep: () => Promise<unknown>;
}

/**
 * Tells of every change of the copies, whoever made it. Commits of this process wake it directly, those of others through
 * the file system, and a poll finds what neither told of.
 */
export async function watchDatabase({ db, root, file, follow, read, sweep }: WatchParts, { onEvent, signal }: WatchOptions): Promise<void> {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  let follower: Follower | undefined;
  const moved = new AbortController();
  /** No newer than what was told of, since the poll would pass over what lies between. */
  let version: number | undefined;
  let failure: string | undefined;
  const look = () => {
    if (!follower || signal.aborted || moved.signal.aborted) return;
    try {
      if (readMoved(root)?.from === 'sqlite') return moved.abort();
      read(() => follower?.changes() ?? []).forEach(onEvent);
      failure = undefined;
    } catch (error) {
      // Said once; what was not looked at is looked at again by the poll.
      version = undefined;
      const message = error instanceof Error ? error.message : String(error);
      if (message !== failure) onEvent({ event: 'error', error: message });
      failure = message;
    }
  };
  /** Undefined where it cannot be told, which the look then says. */
  const versionNow = () => {
    try {
      return read(() => dataVersion.get());
    } catch {
      return undefined;
    }
  };
  const hint = createHint(look);
  const stopListening = onCommit(file, () => hint(false));
  const stopWatching = watchLog(root, () => hint(true), onEvent);
  try {
    version = versionNow();
    follower = read(follow);
    follower.waiting.forEach(onEvent);
    follower.waiting = [];
    onEvent({ event: 'ready' });
    const poll = setInterval(() => {
      const now = versionNow();
      if (now !== version) hint(false);
      version = now;
    }, POLL_MS);
    const sweeping = setInterval(() => {
      sweep().then(look, () => undefined);
    }, SWEEP_MS);
    await aborted(AbortSignal.any([signal, moved.signal]));
    clearInterval(poll);
    clearInterval(sweeping);
  } finally {
    stopListening();
    stopWatching();
    hint.stop();
  }
  if (!signal.aborted) refuseMoved(root, 'sqlite');
}

/** Looks at once, and, where the hint may have come too early, a little after the last of them. */
function createHint(look: () => void): ((early: boolean) => void) & { stop(): void } {
  let soon: NodeJS.Immediate | undefined;
  let again: NodeJS.Timeout | undefined;
  const hint = (early: boolean) => {
    soon ??= setImmediate(() => {
      soon = undefined;
      look();
    });
    if (!early) return;
    clearTimeout(again);
    again = setTimeout(look, SECOND_LOOK_MS);
  };
  return Object.assign(hint, {
    stop() {
      if (soon) clearImmediate(soon);
      clearTimeout(again);
    },
  });
}

/** When the system has no watcher left, the poll alone goes on, and the watcher says so. */
function watchLog(root: string, hint: () => void, onEvent: (event: StoreEvent) => void): () => void {
  const failed = () => onEvent({ event: 'error', error: 'No file watcher is left on this system; looking every 1.2 s instead.' });
  try {
    const watcher = watch(root, (_, name) => {
      if (name === null || name.startsWith(DATABASE_FILE)) hint();
    });
    watcher.on('error', failed);
    return () => watcher.close();
  } catch {
    failed();
    return () => undefined;
  }
}
