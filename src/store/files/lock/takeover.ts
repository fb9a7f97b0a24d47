import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';
import type { DeadLock } from './death-watch.ts';
import { isSameDirectory, isUntouched, type LockPaths, lookAt, type Seen } from './lock-directory.ts';
import { dropRecord, readDeeds, writeHalfDone, writeTicket } from './records.ts';

/**
 * Removes a dead lock; then the lock is free for whoever is first. Of all that found the same lock dead, one does it (see
 * records.ts): the one whose unlink of the deed succeeds, or, where there is no deed, whoever could lay down the ticket. Its ticket
 * stands until the directory is gone: from then on whoever else is still at it sees that, or it would remove the next lock.
 * Returns whether it was this call.
 */
export function removeDeadLock(fs: FileSystem, paths: LockPaths, dead: DeadLock): boolean {
  // Before anything is removed: whoever has the lock next, here or elsewhere, must learn that work was cut off.
  const halfDone = writeHalfDone(fs, paths);
  const ticket = writeTicket(fs, paths, dead.seen, dead.deeds.length > 0);
  const isMine = ticket !== undefined && claimAndRemove(fs, paths, dead, ticket);
  if (!isMine) dropRecord(fs, paths.records, halfDone);
  return isMine;
}

function claimAndRemove(fs: FileSystem, paths: LockPaths, dead: DeadLock, ticket: string): boolean {
  try {
    if (!claim(fs, paths, dead, ticket)) return false;
    fs.rmdirSync(paths.lock);
    return true;
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    return true;
  } finally {
    dropRecord(fs, paths.records, ticket);
  }
}

function claim(fs: FileSystem, paths: LockPaths, { seen, deeds }: DeadLock, ticket: string): boolean {
  // A stalled holder may have renewed it since, or another waiter removed it.
  const isStillDead = () => isUntouched(seen, lookAt(fs, paths.lock));
  if (deeds.length === 0) return !isTakenByOthers(fs, paths, seen, ticket) && isStillDead();
  if (!isStillDead()) return false;
  return deeds.map((name) => dropRecord(fs, paths.records, name)).every((dropped) => dropped) && isStillDead();
}

/** The ticket of a taker-over that died is taken away by the next one, and its name is free again for who came too early to see it. */
function isTakenByOthers(fs: FileSystem, paths: LockPaths, seen: Seen, ticket: string): boolean {
  return readDeeds(fs, paths).some(({ name, deed }) => name !== ticket && (!deed || isSameDirectory(deed.directory, seen)));
}
