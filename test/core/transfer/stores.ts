import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createSetClock, type SetClock, type Snapshot, snapshotOf } from '../../../src/core/transfer/snapshot.ts';
import { openStoreNamed, type StoreName } from '../../../src/store/open.ts';
import type { Store } from '../../../src/store/store.ts';
import { settingsFrom } from '../../../src/workspace/settings.ts';
import type { Settings } from '../../../src/workspace/workspace.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';

export const START = Date.parse('2026-01-17T12:00:00.000Z');

/** Three agents, one group, and limits that a short history meets. */
export const SETTINGS: Settings = {
  ...settingsFrom({
    version: '1.0',
    agents: { claude: {}, gpt: { aliases: ['codex'] }, gemini: {} },
    groups: { reviewers: { members: ['gpt', 'gemini'] } },
  }),
  leaseMs: 60_000,
  maxAttempts: 2,
  archiveAbove: 0,
  rotateAboveBytes: 0,
};

export interface OpenedStore {
  store: Store;
  clock: SetClock;
  root: string;
}

let uids = 0;

/** A store in a directory of its own, with a clock that the test sets. */
export async function openIn(name: StoreName, root = join(temporaryDirectory(), 'store'), settings = SETTINGS): Promise<OpenedStore> {
  mkdirSync(root, { recursive: true });
  const clock = createSetClock();
  clock.set(START);
  const newUid = () => `uid-${++uids}`;
  return { root, clock, store: await openStoreNamed(name, { root, settings, clock: clock.clock, newUid }) };
}

/** Everything in a store, as it is stored. */
export async function everythingIn({ store, clock }: OpenedStore): Promise<Snapshot> {
  const now = clock.clock();
  const snapshot = await snapshotOf(store, clock);
  clock.set(now);
  return snapshot;
}
