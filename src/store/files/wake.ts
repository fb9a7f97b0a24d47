import path from 'node:path';
import type { FSWatcher } from 'chokidar';
import { errnoOf } from '../../errors.ts';
import type { FileSystem } from './file-system.ts';
import { kindOf } from './layout.ts';

/** Something changed in the workspace, in this file where that is known; what, everybody looks for themselves. */
export type Hint = (file?: string) => void;

/** How long a file watcher is kept after its last user, since a process that waits once mostly waits again. In ms. */
const LINGER_MS = 5_000;

interface Place {
  hints: Set<Hint>;
  watcher?: Promise<() => Promise<void>>;
  lingering?: NodeJS.Timeout;
  problems: Set<(reason: string) => void>;
}

/** By the real path of the workspace: whoever in this process has it open, through whichever store. */
const places = new Map<string, Place>();

/** Tells the watchers of this process at once that it has written, without the way through the system. */
export function wakeWatchers(realRoot: string, files: Iterable<string>): void {
  const hints = places.get(realRoot)?.hints ?? [];
  for (const file of files) for (const hint of hints) hint(file);
}

export interface Waking {
  /** Resolves when the file watcher runs, or said that it cannot: until then only this process's own writes give hints. */
  ready: Promise<unknown>;
  stop(): void;
}

/** Gives a hint at every write of this process, and at what the file watcher sees of the writes of others. */
export function wakeOnChange(realRoot: string, hint: Hint, onProblem: (reason: string) => void): Waking {
  const place = places.get(realRoot) ?? { hints: new Set(), problems: new Set() };
  places.set(realRoot, place);
  clearTimeout(place.lingering);
  place.hints.add(hint);
  place.problems.add(onProblem);
  place.watcher ??= watchDirectory(realRoot, place);
  return {
    ready: place.watcher,
    stop() {
      place.hints.delete(hint);
      place.problems.delete(onProblem);
      if (place.hints.size === 0) place.lingering = setTimeout(() => void letGo(realRoot), LINGER_MS).unref();
    },
  };
}

/** Ends the file watcher of a workspace that nobody in this process watches any more. */
export async function letGo(realRoot: string): Promise<void> {
  const place = places.get(realRoot);
  if (!place || place.hints.size > 0) return;
  clearTimeout(place.lingering);
  places.delete(realRoot);
  await (await place.watcher)?.();
}

export function realRootOf(fs: FileSystem, root: string): string {
  try {
    return fs.realpathSync(root);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return root;
  }
}

/**
 * The directory is watched, not the files: a watcher of a file loses it at the first rename. When the system has no
 * watcher left, the poll of whoever watches goes on alone. It keeps no process alive: a poll does.
 */
async function watchDirectory(root: string, { hints, problems }: Place): Promise<() => Promise<void>> {
  const { watch } = await import('chokidar');
  const hint: Hint = (file) => {
    for (const one of hints) one(file);
  };
  // The directory alone: what its files say of themselves comes from it as well.
  const watcher = watch(root, { depth: 0, ignoreInitial: true, persistent: false, ignored: (file) => path.resolve(file) !== root });
  watcher.once('ready', () => leaveUnread(watcher));
  // The system's own events; chokidar makes its own of what it reads in the directory, a second late.
  watcher.on('raw', (_event, name) => {
    if (typeof name !== 'string') hint();
    else if (kindOf(path.basename(name))) hint(path.basename(name));
  });
  watcher.on('error', (error) => {
    const errno = errnoOf(error);
    const reason =
      errno === 'EMFILE' || errno === 'ENOSPC' ? 'No file watcher is left on this system; looking every 1.5 s instead.' : String(error);
    for (const tell of problems) tell(reason);
  });
  await new Promise<void>((resolve) => {
    watcher.once('ready', resolve);
    watcher.once('error', () => resolve());
  });
  return () => watcher.close();
}

/**
 * After each event chokidar reads the directory again, every entry, and once more if another event came meanwhile: ten
 * busy processes did little else. Whoever gets a hint looks for themselves. Without this method of its own it is only slow.
 */
function leaveUnread(watcher: { _throttle?: FSWatcher['_throttle'] }): void {
  const throttle = watcher._throttle?.bind(watcher);
  if (throttle) watcher._throttle = (action, ...rest) => (action === 'readdir' ? false : throttle(action, ...rest));
}
