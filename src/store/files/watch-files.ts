import path from 'node:path';
import { errnoOf } from '../../errors.ts';
import { eventsBetween, type Seen, seenOf, waitingIn } from '../changes.ts';
import type { WatchOptions } from '../store.ts';
import { hasGrown } from './durable/replaced.ts';
import { type Stamp, sameStamp } from './durable/stamp.ts';
import { kindOf } from './layout.ts';
import type { Reader } from './reader.ts';
import type { FilesTools } from './tools.ts';

/** After a hint, a second look: the watcher may drop the last of two changes that come close together. In ms. */
const SECOND_LOOK_MS = 75;
/** The safety net, for file systems that tell nothing. In ms. */
const POLL_MS = 1_500;
/** How often what is due is put down while somebody watches. In ms. */
const SWEEP_MS = 30_000;

/**
 * Tells of every change of the files of messages, whoever made it. The file watcher only gives hints: what happened is
 * read off the files themselves and compared with the last look, so nothing is missed however events are lost or fused.
 */
export async function watchFiles(
  tools: FilesTools,
  reader: Reader,
  sweep: () => Promise<unknown>,
  { onEvent, signal }: WatchOptions,
): Promise<void> {
  let seen: Seen | undefined;
  let stamps = stampsOf(tools);

  const look = (certain: boolean) => {
    if (!seen) return;
    try {
      if (hasGrown(tools.fs, tools.stateDir)) sweep().catch(() => undefined);
      stamps = stampsOf(tools);
      const now = seenOf(reader.look(SECTIONS));
      const events = eventsBetween(seen, now);
      // A checkout or an editor may take a file away for a moment: what is gone is believed at the second look.
      seen = certain ? now : new Map([...seen, ...now]);
      events.filter(({ event }) => certain || event !== 'removed').forEach(onEvent);
    } catch (error) {
      onEvent({ event: 'error', error: error instanceof Error ? error.message : String(error) });
    }
  };
  const hint = createHint(look, SECOND_LOOK_MS);
  const stopWatching = await watchDirectory(tools.root, hint, onEvent);
  seen = seenOf(reader.look(SECTIONS));
  waitingIn(seen).forEach(onEvent);
  onEvent({ event: 'ready' });
  hint();

  const poll = setInterval(() => {
    if (hasGrown(tools.fs, tools.stateDir) || !sameStamps(stamps, stampsOf(tools))) hint();
  }, POLL_MS);
  const sweeping = setInterval(() => {
    sweep().then(hint, () => undefined);
  }, SWEEP_MS);
  await aborted(signal);
  clearInterval(poll);
  clearInterval(sweeping);
  hint.stop();
  await stopWatching();
}

const SECTIONS = ['active', 'archived', 'dead'] as const;

/** Looks at once, and once more a little later; hints that come meanwhile move the second look on. */
function createHint(look: (certain: boolean) => void, againMs: number): (() => void) & { stop(): void } {
  let soon: NodeJS.Immediate | undefined;
  let again: NodeJS.Timeout | undefined;
  const hint = () => {
    soon ??= setImmediate(() => {
      soon = undefined;
      look(false);
    });
    clearTimeout(again);
    again = setTimeout(() => look(true), againMs);
  };
  return Object.assign(hint, {
    stop() {
      if (soon) clearImmediate(soon);
      clearTimeout(again);
    },
  });
}

/**
 * The directory is watched, not the files: a watcher of a file loses it at the first rename. When the system has no
 * watcher left, the poll alone goes on, and the watcher says so.
 */
async function watchDirectory(root: string, hint: () => void, onEvent: WatchOptions['onEvent']): Promise<() => Promise<void>> {
  const { watch } = await import('chokidar');
  const watcher = watch(root, { depth: 0, ignoreInitial: true, ignored: (file) => isOther(root, file) });
  watcher.on('all', hint);
  // chokidar looks at a directory at most once a second and drops what comes between; the system's own events do not.
  watcher.on('raw', (_event, name) => {
    if (typeof name === 'string' && kindOf(path.basename(name))) hint();
  });
  watcher.on('error', (error) => {
    const errno = errnoOf(error);
    const reason =
      errno === 'EMFILE' || errno === 'ENOSPC' ? 'No file watcher is left on this system; looking every 1.5 s instead.' : String(error);
    onEvent({ event: 'error', error: reason });
  });
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
    watcher.once('error', () => resolve());
  });
  return () => watcher.close();
}

function isOther(root: string, file: string): boolean {
  const name = path.relative(root, file).split(path.sep).join('/');
  return name !== '' && kindOf(name) === undefined;
}

function stampsOf({ disk }: FilesTools): Map<string, Stamp | undefined> {
  return new Map(disk.names().map((file) => [file, disk.stampOf(file)]));
}

function sameStamps(a: Map<string, Stamp | undefined>, b: Map<string, Stamp | undefined>): boolean {
  return a.size === b.size && [...a].every(([file, stamp]) => sameStamp(stamp, b.get(file)));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
