import { join } from 'node:path';
import { lockIn } from './store/open.ts';
import { STATE_DIR } from './workspace/layout.ts';

/** A sync waits for the network, and whoever comes after it for the sync. */
const PATIENCE_MS = 120_000;

/** Runs `work` under the committers' lock of a workspace: those of one machine come one after another. */
export async function alone<T>({ root }: { root: string }, work: () => Promise<T>): Promise<T> {
  const lock = await lockIn(join(root, STATE_DIR, 'committer'), PATIENCE_MS);
  const held = await lock.acquire();
  try {
    return await work();
  } finally {
    await held.release();
  }
}
