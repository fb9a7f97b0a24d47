import type { FileSystem } from '../file-system.ts';
import { monotonicMs } from '../monotonic.ts';
import { isSameDirectory, isUntouched, type LockPaths, lookAt, type Seen } from './lock-directory.ts';
import { isGone } from './process-identity.ts';
import { type FoundDeed, readDeeds } from './records.ts';
import type { Timings } from './timings.ts';

/** A lock that may be taken over, as it was when that was found. */
export interface DeadLock {
  seen: Seen;
  /** The names of its deeds; none where its maker wrote none. */
  deeds: string[];
  /** Its holder's process is gone, or nobody touched it for too long. */
  why: 'gone' | 'silent';
  pid: number | undefined;
}

export type Look = 'free' | 'moved' | 'still' | DeadLock;

/**
 * Watches the lock that others hold. Each call is one look: whether it is free, went to other hands since the last look
 * ("moved"), stays in the same ("still"), or is dead. Clocks are never compared: silence is what this process has seen
 * of it by its own monotonic clock.
 */
export function createDeathWatch(fs: FileSystem, paths: LockPaths, timings: Timings, now = () => monotonicMs()): () => Look {
  let last: Seen | undefined;
  let lastDeeds = '';
  let lastLookAt = 0;
  let silentMs = 0;

  return () => {
    const seen = lookAt(fs, paths.lock);
    const untouched = isUntouched(last, seen);
    const at = now();
    silentMs = untouched ? silentMs + Math.min(at - lastLookAt, timings.mostBetweenLooks) : 0;
    last = seen;
    lastLookAt = at;
    if (!seen) return 'free';
    if (!untouched) return 'moved';
    // Read after the look at the directory: a deed that is still there then belongs to that directory.
    const deeds = readDeeds(fs, paths).filter(({ deed }) => !deed || isSameDirectory(deed.directory, seen));
    const names = deeds.map(({ name }) => name);
    if (names.join() !== lastDeeds) {
      lastDeeds = names.join();
      silentMs = 0;
    }
    const why = whyDead(deeds, silentMs, timings);
    return why ? { seen, deeds: names, why, pid: deeds[0]?.deed?.pid } : 'still';
  };
}

function whyDead(deeds: FoundDeed[], silentMs: number, { deadAfter, unsignedDeadAfter }: Timings): DeadLock['why'] | undefined {
  // A deed that cannot be read is one whose writer was killed over it, unless it is just being written.
  const isSigned = deeds.some(({ deed }) => deed !== undefined);
  if (isSigned && deeds.every(({ deed }) => deed && isGone(deed))) return 'gone';
  return silentMs >= (isSigned ? deadAfter : unsignedDeadAfter) ? 'silent' : undefined;
}
