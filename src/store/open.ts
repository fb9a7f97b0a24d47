import type { Settings, Workspace } from '../workspace/workspace.ts';
import type { Lock } from './files/lock/lock.ts';
import { refuseMoved } from './moved.ts';
import type { Mover } from './mover.ts';
import type { StoreOptions } from './options.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  workspace: Workspace;
  /** ms since the epoch. */
  clock: () => number;
  /** A fresh unique string. */
  newUid: () => string;
  /** Told of what reading had to leave out. */
  warn?: ((message: string) => void) | undefined;
}

export type StoreName = Settings['store'];

/**
 * Opens the store that the workspace's config names. The only place that knows the drivers; each is loaded when it is needed.
 * @throws STORE_MOVED where the messages have been moved to another store
 */
export async function openStore({ workspace, ...options }: OpenStoreOptions): Promise<Store> {
  const { settings, root } = workspace;
  refuseMoved(root, settings.store);
  return openStoreNamed(settings.store, { root, settings, ...options });
}

/** Opens a store of this kind in `root`, which is not asked what its config says. */
export async function openStoreNamed(
  name: StoreName,
  { root, settings, clock, newUid, warn }: Omit<OpenStoreOptions, 'workspace'> & Pick<Workspace, 'root' | 'settings'>,
): Promise<Store> {
  const options: StoreOptions = { agents: settings.agents, rules: settings, clock, newUid, warn };
  if (name === 'memory') {
    const { createMemoryStore } = await import('./memory/memory-store.ts');
    return createMemoryStore(options);
  }
  if (name === 'sqlite') {
    const { createSqliteStore } = await import('./sqlite/sqlite-store.ts');
    return createSqliteStore({ ...options, root, ...settings.sqlite });
  }
  const { createFilesStore } = await import('./files/files-store.ts');
  return createFilesStore({ ...options, root });
}

/** A lock of its own in `stateDir`, absolute, that goes by the rules of the workspace lock. `waitMs` is how long to wait for others. */
export async function lockIn(stateDir: string, waitMs: number): Promise<Lock> {
  return (await import('./files/lock/lock.ts')).createLock({ stateDir, waitMs });
}

/** Whether the SQLite store can be used on this machine. @throws DRIVER_MISSING */
export async function assertSqlite(): Promise<void> {
  const { assertUsable } = await import('./sqlite/library.ts');
  await assertUsable();
}

/** What moving a workspace to another store asks of the driver that it leaves or enters. */
export async function moverNamed(name: Exclude<StoreName, 'memory'>): Promise<Mover> {
  if (name === 'sqlite') return (await import('./sqlite/sqlite-mover.ts')).sqliteMover;
  return (await import('./files/files-mover.ts')).filesMover;
}
