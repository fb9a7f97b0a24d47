import path from 'node:path';
import { CommsError } from '../../errors.ts';
import type { Problem } from '../../message/message.ts';
import { refuseMoved } from '../moved.ts';
import type { Bucket, Session } from '../session.ts';
import type { DeliverRequest } from '../store.ts';
import { delivery } from '../verbs/over-session.ts';
import type { Outcome } from '../write-queue.ts';
import { afterGit, broughtUnseen } from './after-git.ts';
import { type Checkpoint, type FileRecord, readCheckpoint } from './checkpoint.ts';
import { type CommitTools, commitDraft, HalfDone } from './commit.ts';
import { conclude } from './conclude.ts';
import type { Loaded } from './disk.ts';
import { isChangedMeanwhile } from './durable/replace-file.ts';
import { createSession, type Draft, emptyDraft, type Files } from './files-session.ts';
import { inTermsOf } from './in-disk-terms.ts';
import { CHECKPOINT_FILE } from './layout.ts';
import type { HeldLock, Lock } from './lock/lock.ts';
import { idsWarning, reconcile } from './reconcile.ts';
import { recover } from './recover.ts';
import { fits, settle, understand } from './settle.ts';
import { readBuckets, writeBuckets } from './side-files.ts';
import { shareWrite, takenOf, tellOthers } from './spool/share-write.ts';
import type { Spool } from './spool/spool.ts';
import type { Carried } from './status-file.ts';
import type { FilesTools } from './tools.ts';
import { lastInStatus } from './write-derived.ts';

/** What is to be done in one write; a delivery has its request, so that another process can take it along. */
export interface Verb {
  run: (session: Session) => unknown;
  request?: DeliverRequest | undefined;
}

/** What a write may be asked to do beside the verbs. */
export interface Extras {
  /** Changes what status.json carries over; it is written durably then. */
  carry?: (carried: Carried) => Carried;
  /** Done under the lock, once the verbs are. */
  also?: () => void;
  /** Done under the lock, when the files are as they are to stay. */
  meanwhile?: () => Promise<void>;
}

export type Writer = (verbs: Verb[], extras?: Extras) => Promise<Outcome[]>;

/** How often a write starts again because somebody else changed a file under it, before it gives up. */
const MOST_TRIES = 100;

/**
 * Runs batches of verbs as atomic writes of the workspace's files, one at a time over all processes. While another process
 * writes, deliveries are left in the spool, where the next writer takes them along.
 */
export function createWriter(tools: FilesTools, lock: Lock, spool: Spool): Writer {
  const writeHeld = async (held: HeldLock, verbs: Verb[], extras: Extras): Promise<Outcome[]> => {
    let recovered = false;
    try {
      refuseMoved(tools.root, 'files');
      const taken = takenOf(spool);
      const others = taken.flatMap(({ requests }) => requests.map((request): Verb => ({ run: delivery(request), request })));
      const outcomes = writeAgain(tools, held, [...verbs, ...others], extras);
      recovered = true;
      tellOthers(taken, outcomes.slice(verbs.length));
      await extras.meanwhile?.();
      return outcomes.slice(0, verbs.length);
    } finally {
      await held.release({ recovered });
    }
  };
  return async (verbs, extras = {}) => {
    const requests = requestsOf(verbs, extras);
    if (!requests) return writeHeld(await lock.acquire(), verbs, extras);
    const free = await lock.acquire({ unless: () => true });
    if (free) return writeHeld(free, verbs, extras);
    return shareWrite({ lock, spool, requests, journal: tools.journal.entries, write: (held, own) => writeHeld(held, own, extras) });
  };
}

/** The requests of a batch that holds nothing else. */
function requestsOf(verbs: readonly Verb[], { carry, also }: Extras): DeliverRequest[] | undefined {
  if (carry || also || verbs.length === 0) return undefined;
  const requests = verbs.flatMap(({ request }) => request ?? []);
  // A comms that knows nothing of holding would deliver what is to be held.
  if (requests.some(({ hold }) => hold !== undefined)) return undefined;
  return requests.length === verbs.length ? requests : undefined;
}

/** Starts again when somebody changed a file in between; what was written by half is finished, and not done a second time. */
function writeAgain(tools: FilesTools, held: HeldLock, verbs: Verb[], extras: Extras): Outcome[] {
  let done: Outcome[] | undefined;
  for (let tries = 1; ; tries++) {
    try {
      const outcomes = runOnce(tools, held, done ? [] : verbs, { ...extras, takenOver: tries === 1 && held.takenOver });
      return done ?? outcomes;
    } catch (error) {
      if (error instanceof Interrupted) done = error.outcomes;
      else if (!isChangedMeanwhile(error)) throw done ? unfinished(inTermsOf(error, tools.root)) : error;
      if (tries >= MOST_TRIES) throw error;
    }
  }
}

/** A write of several files was interrupted after the first; `outcomes` holds once recovery has finished the others. */
class Interrupted extends Error {
  constructor(
    readonly outcomes: Outcome[],
    cause: unknown,
  ) {
    super('A write of several files was interrupted.', { cause });
  }
}

/** Says so: who tried again would do it twice. */
function unfinished(error: unknown): unknown {
  if (!(error instanceof CommsError)) return error;
  return new CommsError(error.code, `${error.message} Part of it is on disk, and the next write of anybody finishes the rest.`, {
    hint: 'Do not repeat it: once the cause is mended, run "comms sweep".',
    details: { ...error.details, unfinished: true },
    cause: error,
  });
}

function runOnce(tools: FilesTools, held: HeldLock, verbs: Verb[], { takenOver, carry, also }: Extras & { takenOver: boolean }): Outcome[] {
  const { fs, root, options } = tools;
  const at = () => new Date(options.clock()).toISOString();
  const commitTools: CommitTools = { ...tools, assertHeld: () => held.assertHeld(), newUid: options.newUid, at };
  const found = readCheckpoint(fs, path.join(root, CHECKPOINT_FILE));
  const recovered = recover(tools, commitTools, found, takenOver);
  const checkpoint = takenOver ? undefined : found;
  const names = tools.disk.names();
  // What is not to be relied on still says which ids were given to messages that are gone since.
  const git = afterGit(tools, found);
  const atLeast = checkpoint && !git.due ? 0 : Math.max(found?.lastNumber ?? 0, lastInStatus(tools));
  const settled = settle(checkpoint, names, { ...tools, at, atLeast });

  const opened = new Map<string, Loaded & { record?: FileRecord }>();
  let kept: ReadonlyMap<string, Bucket> | undefined;
  const buckets = () => {
    kept ??= readBuckets(tools);
    return kept;
  };
  const { session, draft, set } = createSession(
    openFiles(tools, names, settled.records, opened, buckets),
    options,
    emptyDraft(settled.lastNumber),
  );
  const isDue = git.due || broughtUnseen(tools, git, settled.brought);
  const healed = isDue ? runVerb({ run: () => reconcile(session, git) }, session, draft, set) : undefined;
  const outcomes = verbs.map((verb) => runVerb(verb, session, draft, set));

  const committed = commitOr(() => commitDraft(draft(), opened, commitTools), outcomes);
  if (draft().buckets.size > 0) writeBuckets(tools, new Map([...buckets(), ...draft().buckets]));
  also?.();
  if (healed && 'value' in healed) tellIds(healed.value as Problem[], options);
  const raised = draft().lastNumber > settled.lastNumber;
  if (
    committed.records.size === 0 &&
    draft().removed.length === 0 &&
    !raised &&
    !carry &&
    !settled.moved &&
    !recovered &&
    statusFits(tools, checkpoint)
  )
    return outcomes;
  conclude(tools, {
    committed,
    settled,
    draft: draft(),
    checkpoint,
    reconciled: healed && 'error' in healed ? (found?.reconciled ?? null) : git.mark,
    raised,
    carry,
    at,
  });
  return outcomes;
}

function tellIds(done: readonly Problem[], { warn }: FilesTools['options']): void {
  const warning = idsWarning(done);
  if (warning !== undefined) warn?.(warning);
}

function commitOr<T>(commit: () => T, outcomes: Outcome[]): T {
  try {
    return commit();
  } catch (error) {
    throw error instanceof HalfDone ? new Interrupted(outcomes, error.cause) : error;
  }
}

/** A verb that throws takes back what it did; the others of its batch stand. */
function runVerb(verb: Verb, session: Session, draft: () => Draft, set: (draft: Draft) => void): Outcome {
  const before = draft();
  try {
    return { value: verb.run(session) };
  } catch (error) {
    if (isChangedMeanwhile(error)) throw error;
    set(before);
    return { error };
  }
}

/** Opens files for a session: with their place for new messages where the record fits the bytes, else understood first. */
function openFiles(
  tools: FilesTools,
  names: readonly string[],
  records: Map<string, FileRecord>,
  opened: Map<string, Loaded & { record?: FileRecord }>,
  buckets: () => ReadonlyMap<string, Bucket>,
): Files {
  const { disk, journal } = tools;
  return {
    names: () => names,
    open(file) {
      const loaded = disk.read(file);
      const record = records.get(file);
      if (record && loaded.stamp && fits(record, loaded.sheet.base)) {
        opened.set(file, { ...loaded, record });
        return loaded.sheet.doc || record.insertAt < 0 ? loaded.sheet : { ...loaded.sheet, splice: { at: record.insertAt, parts: [] } };
      }
      const { record: fresh } = understand(disk, file);
      if (fresh) records.set(file, fresh);
      const again = disk.read(file);
      opened.set(file, again);
      return again.sheet;
    },
    dueAt: (file) => records.get(file)?.dueAt ?? undefined,
    bucket: (key) => buckets().get(key),
    remembered: (sender, key) =>
      [...journal.knowledge().values()]
        .filter(({ message }) => message.sender === sender && message.idempotency_key === key)
        .map(({ inbox, section, message }) => ({ inbox, section, message })),
  };
}

function statusFits(tools: FilesTools, checkpoint: Checkpoint | undefined): boolean {
  return checkpoint?.statusStamp !== null && checkpoint?.statusStamp !== undefined && tools.statusStampIs(checkpoint.statusStamp);
}
