import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import type { DeadLock } from './death-watch.ts';
import { isUntouched, type LockPaths, lookAt } from './lock-directory.ts';
import { adopt, dropRecord, writeHalfDone } from './records.ts';

/**
 * Removes a dead lock; then the lock is free for whoever is first. Of all that found the same lock dead, one does it:
 * the one whose unlink of the deed succeeds (see records.ts). Returns whether it was this call.
 */
export function removeDeadLock(fs: FileSystem, paths: LockPaths, dead: DeadLock): boolean {
  // Before anything is removed: whoever has the lock next, here or elsewhere, must learn that work was cut off.
  const halfDone = writeHalfDone(fs, paths);
  if (!claim(fs, paths, dead)) {
    dropRecord(fs, paths.records, halfDone);
    return false;
  }
  try {
    fs.rmdirSync(paths.lock);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  return true;
}

function claim(fs: FileSystem, paths: LockPaths, { seen, deeds }: DeadLock): boolean {
  const adopted = deeds.length === 0 ? adopt(fs, paths, seen) : undefined;
  const claimed = adopted === undefined ? deeds : [adopted];
  // A stalled holder may have renewed it since, or another waiter removed it.
  const stillDead = claimed.length > 0 && isUntouched(seen, lookAt(fs, paths.lock));
  if (stillDead) return claimed.map((name) => dropRecord(fs, paths.records, name)).every((dropped) => dropped);
  if (adopted !== undefined) dropRecord(fs, paths.records, adopted);
  return false;
}
