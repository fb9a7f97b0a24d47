import { randomUUID } from 'node:crypto';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import type { StoreOptions } from '../../../src/store/options.ts';
import type { Store } from '../../../src/store/store.ts';
import { AGENTS, type Plan } from './protocol.ts';

const OPTIONS: StoreOptions = {
  agents: AGENTS,
  // No lease runs out meanwhile, and nothing is archived by itself: each change of a message is somebody's call.
  rules: {
    groups: {},
    offlineAfterMs: 600_000,
    leaseMs: 86_400_000,
    maxAttempts: 3,
    riseAfterMs: 3_600_000,
    archiveAbove: 0,
    archiveKeep: 0,
    rotateAboveBytes: 0,
  },
  clock: () => Date.now(),
  newUid: () => randomUUID(),
};

/** The store as another process would open it: it remembers nothing of others here. */
export async function openStore({ root, store }: Pick<Plan, 'root' | 'store'>, fs: FileSystem = { ...nodeFileSystem }): Promise<Store> {
  if (store === 'files') return createFilesStore({ ...OPTIONS, root, fs });
  // Loaded where it is wanted: most workers live for a few milliseconds.
  const { createSqliteStore } = await import('../../../src/store/sqlite/sqlite-store.ts');
  return createSqliteStore({ ...OPTIONS, root, synchronous: 'FULL', busyTimeoutMs: 20_000 });
}
