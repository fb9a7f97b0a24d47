import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../../errors.ts';
import type { Mover } from '../mover.ts';
import { createDisk } from './disk.ts';
import { nodeFileSystem } from './file-system.ts';
import { BUCKETS_FILE, CHANNELS_FILE, CHECKPOINT_FILE, HEARTBEATS_DIR, JOURNAL_FILE, STATE_DIR, STATUS_FILE } from './layout.ts';
import { createLock } from './lock/lock.ts';

const SINGLE = [STATUS_FILE, CHANNELS_FILE, JOURNAL_FILE, `${STATE_DIR}/journal.1.ndjson`, CHECKPOINT_FILE, BUCKETS_FILE];
/** Replaced inodes come along, since somebody may still be writing to one. */
const DIRECTORIES = [HEARTBEATS_DIR, `${STATE_DIR}/replaced`];

/** While the workspace lock is held nobody writes but people with their editors; the marker of the move stops all who come later. */
export const filesMover: Mover = {
  async hold(root) {
    const held = await createLock({ stateDir: path.join(root, STATE_DIR) }).acquire();
    return {
      assert: () => held.assertHeld(),
      shut: () => undefined,
      // What a dead holder left half done is still to be put right by the next write.
      release: () => held.release({ recovered: !held.takenOver }),
    };
  },
  files(root) {
    const single = SINGLE.filter((name) => existsSync(path.join(root, name)));
    const inside = DIRECTORIES.flatMap((dir) => namesIn(path.join(root, dir)).map((name) => `${dir}/${name}`));
    return [...createDisk(nodeFileSystem, root).names(), ...single, ...inside];
  },
};

function namesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
}
