import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createFilesStore } from '../../../src/store/files/files-store.ts';
import { createMemoryStore } from '../../../src/store/memory/memory-store.ts';
import type { StoreOptions } from '../../../src/store/options.ts';
import { createSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../../src/store/store.ts';
import type { Model } from './model.ts';
import { Names } from './names.ts';
import { RULES } from './shapes.ts';

export type StoreName = 'memory' | 'files' | 'sqlite';
export const STORES: readonly StoreName[] = ['memory', 'files', 'sqlite'];

/** The agents; codex is not in config.json, so that it can go and come back. */
export const AGENTS = ['claude', 'gemini', 'gpt', 'codex'];

/** A store that is tried: two store objects on the same data, as two processes have them. */
export interface Subject {
  name: StoreName;
  stores: [Store, Store];
  names: Names;
  /** Shuts one of the two store objects and opens another, which remembers nothing. */
  reopen(index: 0 | 1): Promise<void>;
  dispose(): Promise<void>;
}

/** The store on an empty directory of its own, with the clock of the model. */
export async function openSubject(name: StoreName, model: Model): Promise<Subject> {
  const root = name === 'memory' ? undefined : mkdtempSync(path.join(tmpdir(), `comms-model-${name}-`));
  let uids = 0;
  const options: StoreOptions = { agents: AGENTS.slice(0, 3), rules: RULES, clock: () => model.now, newUid: () => `uid-${++uids}` };
  const open = async (): Promise<Store> => {
    if (root === undefined) return createMemoryStore(options);
    // A copy of the system calls, since stores with the same ones share what they have understood.
    if (name === 'files') return createFilesStore({ ...options, root, fs: { ...nodeFileSystem } });
    return createSqliteStore({ ...options, root, synchronous: 'NORMAL', busyTimeoutMs: 10_000 });
  };
  const first = await open();
  const stores: [Store, Store] = [first, root === undefined ? first : await open()];
  for (const inbox of [...options.agents, ...Object.keys(RULES.groups)]) await first.addInbox(inbox);
  return {
    name,
    stores,
    names: new Names(model),
    async reopen(index) {
      if (root === undefined) return;
      await stores[index].close();
      stores[index] = await open();
    },
    async dispose() {
      for (const store of new Set(stores)) await store.close();
      if (root !== undefined) rmSync(root, { recursive: true, force: true });
    },
  };
}
