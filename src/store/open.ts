import type { Workspace } from '../workspace/workspace.ts';
import type { StoreOptions } from './options.ts';
import type { Store } from './store.ts';

export interface OpenStoreOptions {
  workspace: Workspace;
  /** ms since the epoch. */
  clock: () => number;
  /** A fresh unique string. */
  newUid: () => string;
}

/** Opens the store that the workspace's config names. The only place that knows the drivers; each is loaded when it is needed. */
export async function openStore({ workspace, clock, newUid }: OpenStoreOptions): Promise<Store> {
  const { settings, root } = workspace;
  const options: StoreOptions = { agents: settings.agents, rules: settings, clock, newUid };
  if (settings.store === 'memory') {
    const { createMemoryStore } = await import('./memory/memory-store.ts');
    return createMemoryStore(options);
  }
  if (settings.store === 'sqlite') {
    const { createSqliteStore } = await import('./sqlite/sqlite-store.ts');
    return createSqliteStore({ ...options, root, ...settings.sqlite });
  }
  const { createFilesStore } = await import('./files/files-store.ts');
  return createFilesStore({ ...options, root });
}

/** Whether the SQLite store can be used on this machine. @throws DRIVER_MISSING */
export async function assertSqlite(): Promise<void> {
  const { assertUsable } = await import('./sqlite/library.ts');
  await assertUsable();
}
