import { CommsError } from '../../errors.ts';
import { moverNamed, openStoreNamed } from '../../store/open.ts';
import type { CoreContext } from '../context.ts';
import { createSetClock, type Snapshot, snapshotOf } from './snapshot.ts';

/**
 * Reads the workspace's store while nobody writes, with a clock of its own, so that copies come as they are stored. Where
 * the workspace cannot be written from here it is read as it is. @throws LOCK_TIMEOUT
 */
export async function snapshotHeld({ store: own, workspace: { root, settings }, newUid }: CoreContext): Promise<Snapshot> {
  const { store: name, sqlite } = settings;
  const clock = createSetClock();
  const store = await openStoreNamed(name, { root, settings, clock: clock.clock, newUid });
  try {
    // Any other store lists everything as of one moment.
    if (name !== 'files') return await snapshotOf(store, clock);
    // What somebody appended late is written by whoever reads, which nobody can while we hold the lock.
    await own.list({ sections: [] });
    const hold = await (await moverNamed(name)).hold(root, sqlite).catch(unlessReadOnly);
    try {
      return await snapshotOf(store, clock);
    } finally {
      await hold?.release();
    }
  } finally {
    await store.close();
  }
}

function unlessReadOnly(error: unknown): undefined {
  if (error instanceof CommsError && error.code === 'NOT_WRITABLE') return undefined;
  throw error;
}
