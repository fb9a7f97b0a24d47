import path from 'node:path';
import type { Moved } from '../../store/moved.ts';
import { openStoreNamed } from '../../store/open.ts';
import { putCopies } from './fill.ts';
import { reserved } from './import.ts';
import type { MigrateContext } from './migrate.ts';
import { createSetClock, snapshotOf } from './snapshot.ts';

/**
 * What people, who hold no lock, wrote to inbox files between the last look and the moment in which they were put aside.
 * New messages are brought into the new store.
 */
export async function lateArrivals({ workspace, clock, newUid }: MigrateContext, { to, kept }: Moved): Promise<void> {
  const { root, settings } = workspace;
  const still = createSetClock();
  const left = await openStoreNamed('files', { root: path.join(root, kept), settings, clock: still.clock, newUid });
  const store = await openStoreNamed(to as 'sqlite', { root, settings, clock, newUid });
  try {
    // A write carries over what somebody appended to a file that had been replaced.
    await left.sweep({ limit: 0 });
    const snapshot = await snapshotOf(left, still);
    const { copies } = await reserved(store, { snapshot });
    if (copies.length > 0) await putCopies(store, { copies, lastNumber: snapshot.lastNumber });
  } finally {
    await left.close();
    await store.close();
  }
}
