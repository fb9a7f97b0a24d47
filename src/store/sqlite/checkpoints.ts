import type Database from 'better-sqlite3';

/** A send writes about three pages of 2 KB to the log, so this many make some 13 MB of it. */
const VERBS_BETWEEN = 2_048;

/** How long the last step waits for others, in ms; all other waits of a connection are not SQLite's. */
const REST_WAITS_MS = 50;

/** Writes the log back into the database from time to time, so that it begins anew. */
export interface Checkpoints {
  /** To be called after each commit, with how many verbs it had. It may take as long as the disk takes for some MB. */
  committed(verbs: number): void;
}

/**
 * SQLite's own checkpoints come with the commit that makes the log too long. While several processes write all the time none
 * of them gets to the end, since others have written on meanwhile; the log then stays too long, and from there on every commit
 * begins another one, which waits for the disk. So each connection makes one after so many verbs of its own, first what can be
 * done while others write, then the little that is left while they wait, after which the log begins anew.
 * What was committed is durable without it, so whatever goes wrong is left to the next one.
 */
export function createCheckpoints(
  db: Pick<Database.Database, 'prepare'>,
  { verbsBetween = VERBS_BETWEEN, random = Math.random }: { verbsBetween?: number; random?: () => number } = {},
): Checkpoints {
  const most = db.prepare<[], Outcome>('PRAGMA wal_checkpoint(PASSIVE)');
  const rest = db.prepare<[], Outcome>('PRAGMA wal_checkpoint(RESTART)');
  const patient = db.prepare(`PRAGMA busy_timeout = ${REST_WAITS_MS}`);
  const impatient = db.prepare('PRAGMA busy_timeout = 0');
  // Processes that live for one send, or began at one moment, come to it in turn.
  let left = random() * verbsBetween;
  return {
    committed(verbs) {
      left -= verbs;
      if (left > 0) return;
      left = verbsBetween;
      try {
        const outcome = most.get();
        if (outcome?.busy !== 0) return;
        patient.get();
        rest.get();
      } catch {
        // Such as a full disk.
      } finally {
        impatient.get();
      }
    },
  };
}

/** `busy` is 1 where somebody else is at it. */
interface Outcome {
  busy: number;
}
