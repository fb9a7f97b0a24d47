import path from 'node:path';
import { CommsError } from '../../errors.ts';
import type { Copy } from '../store.ts';
import type { FileRecord } from './checkpoint.ts';
import type { Disk, Loaded } from './disk.ts';
import { wasAppended } from './durable/append-durably.ts';
import { replaceFile, syncReplaced } from './durable/replace-file.ts';
import type { FileSystem } from './file-system.ts';
import type { Draft } from './files-session.ts';
import type { JournalEntry } from './journal.ts';
import type { JournalFile } from './journal-file.ts';
import { ARCHIVE_DIR, inboxFile } from './layout.ts';
import { recordAfterAppends, recordOf } from './records.ts';
import { bytesOf, type Sheet } from './sheet.ts';

export interface CommitTools {
  fs: FileSystem;
  disk: Disk;
  journal: JournalFile;
  /** Throws when the lock is no longer ours. */
  assertHeld: () => void;
  /** .state/: where replaced inodes are kept until somebody has looked whether they still grow. */
  stateDir: string;
  newUid: () => string;
  /** The time now as ISO 8601. */
  at: () => string;
}

export interface Committed {
  /** The new records by file. */
  records: Map<string, FileRecord>;
  /** Whether the journal says so. Where it could not be written, the next write is to look at the files again. */
  noted: boolean;
}

/**
 * Puts a draft on disk: the intent first where there are several files, then each file, destinations before sources.
 * Throws ChangedMeanwhile, with nothing done, when a file is no longer the one that was read, and HalfDone when some files
 * were written and another could not be.
 */
export function commitDraft(draft: Draft, before: ReadonlyMap<string, Loaded & { record?: FileRecord }>, tools: CommitTools): Committed {
  const { journal, newUid, at, assertHeld } = tools;
  const dirty = inOrder(
    [...draft.sheets.values()].filter((sheet) => sheet.changed),
    draft,
  );
  const op = dirty.length > 1 ? newUid() : undefined;
  const files = new Set(dirty.map((sheet) => sheet.file));
  const steps = draft.steps.filter((step) => files.has(step.file));
  const intent: JournalEntry[] = op === undefined ? [] : [{ entry: 'intent', at: at(), op, steps }];
  // Before the files: a message that goes and is still expected would have vanished, were this cut off in between.
  const first = [...intent, ...draft.seen.filter(({ entry }) => entry === 'gone')];
  // Whoever took the lock over would finish an intent that is written after that.
  if (first.length > 0) assertHeld();
  if (first.length > 0) writeFirst(first, op, journal);
  const records = new Map<string, FileRecord>();
  const directories = new Map<string, string>();
  for (const sheet of dirty) {
    try {
      const real = tools.disk.pathOf(sheet.file);
      directories.set(path.dirname(real), real);
      records.set(sheet.file, writeSheet(sheet, real, before.get(sheet.file), addedTo(sheet.file, draft), tools));
    } catch (error) {
      // Before the first file nothing has happened; after it the open intent says what is still to do. Where the lock is
      // lost, whoever has it may be finishing the intent already.
      if (records.size > 0 || (op !== undefined && isLost(error))) throw new HalfDone(error);
      throw undone(error, op, journal);
    }
  }
  // Once for all: until here the intent, which is durable, says what is to be done; a single file is no half.
  for (const file of directories.values()) syncReplaced(tools.fs, file);
  const done: JournalEntry[] = op === undefined ? [] : [{ entry: 'done', op, how: 'finished' }];
  const noted = isNoted(() => journal.append([...draft.seen, ...done]), records);
  for (const inbox of draft.removed) setAside(inbox, tools);
  return { records, noted };
}

/** The files are what counts: a message that is in its inbox was sent, and who were told otherwise would send it again. */
function isNoted(note: () => void, records: ReadonlyMap<string, FileRecord>): boolean {
  try {
    note();
    return true;
  } catch (error) {
    if (records.size === 0) throw error;
    return false;
  }
}

/** What is to be done, before it is. An intent that may be there although this failed must not be finished by others later. */
function writeFirst(entries: readonly JournalEntry[], op: string | undefined, journal: JournalFile): void {
  try {
    journal.append(entries, { fsync: true });
  } catch (error) {
    throw wasAppended(error) ? undone(error, op, journal) : error;
  }
}

/** Takes the intent back, since nothing was done of it. Where that cannot be said either, the next write will finish it. */
function undone(error: unknown, op: string | undefined, journal: JournalFile): unknown {
  if (op === undefined) return error;
  try {
    journal.append([{ entry: 'done', op, how: 'undone' }]);
    return error;
  } catch (full) {
    return wasAppended(full) ? error : new HalfDone(error);
  }
}

function isLost(error: unknown): boolean {
  return error instanceof CommsError && error.code === 'LOCK_TIMEOUT';
}

/** Some files were written, another could not be, or none and it cannot be taken back. The open intent has the rest, for recovery to finish. */
export class HalfDone extends Error {
  constructor(cause: unknown) {
    super('A write of several files was interrupted.', { cause });
    this.name = 'HalfDone';
  }
}

function writeSheet(
  sheet: Sheet,
  file: string,
  before: (Loaded & { record?: FileRecord }) | undefined,
  added: Copy[],
  tools: CommitTools,
): FileRecord {
  const { fs, disk, assertHeld, stateDir } = tools;
  const bytes = bytesOf(sheet);
  const stamp = replaceFile(fs, {
    path: file,
    bytes: [bytes],
    expected: before?.stamp,
    expectedBytes: sheet.base,
    keepReplacedIn: stateDir,
    beforeRename: assertHeld,
    syncLater: true,
  });
  const written: Sheet = { ...sheet, base: bytes, splice: undefined, changed: false };
  disk.wrote(sheet.file, { sheet: written, stamp });
  const record = before?.record;
  if (sheet.splice && record) return recordAfterAppends(record, sheet, added, bytes, stamp);
  return recordOf(written, bytes, stamp);
}

function addedTo(file: string, draft: Draft): Copy[] {
  return draft.steps.flatMap((step) =>
    step.file === file && step.step === 'put' ? [{ inbox: step.message.recipient, section: step.section, message: step.message }] : [],
  );
}

/** An inbox that is taken away is not deleted: what people wrote in it stays beside the archive. */
function setAside(inbox: string, { fs, disk }: CommitTools): void {
  const file = disk.pathOf(inboxFile(inbox));
  const aside = disk.pathOf(`${ARCHIVE_DIR}/${inbox}-inbox.removed.md`);
  fs.mkdirSync(path.dirname(aside), { recursive: true });
  fs.renameSync(file, aside);
}

/** Files that only gain messages come first: a message in two places for a moment is found, one in none is lost. */
function inOrder(sheets: Sheet[], draft: Draft): Sheet[] {
  const sources = new Set(draft.steps.flatMap((step) => (step.step === 'take' ? [step.file] : [])));
  return sheets.sort((a, b) => Number(sources.has(a.file)) - Number(sources.has(b.file)));
}
