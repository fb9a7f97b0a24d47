import { CommsError } from '../../errors.ts';
import { idNumber } from '../../message/ids.ts';
import { identityOf } from '../../message/uid.ts';
import type { Copy } from '../store.ts';
import type { Checkpoint, FileRecord } from './checkpoint.ts';
import type { Disk } from './disk.ts';
import { sameStamp } from './durable/stamp.ts';
import { sumOf } from './durable/sum.ts';
import { gitMovedSince } from './git-mark.ts';
import { type JournalEntry, openIntents } from './journal.ts';
import type { JournalFile } from './journal-file.ts';
import { type Comparison, compare, type Knowledge, type Known, keyOf, replacedBy } from './knowledge.ts';
import { fileFor } from './layout.ts';
import { highestNumber, recordOf } from './records.ts';
import { brokenIds } from './sheet.ts';

/** What the workspace has come to since the last write of ours, understood and taken note of. */
export interface Settled {
  records: Map<string, FileRecord>;
  lastNumber: number;
  /** Whether somebody else changed something, so that status.json has to be derived again. */
  moved: boolean;
  /** Whether messages that comms sent came into the files otherwise, as git puts them there: people write none with a uid. */
  brought: boolean;
}

export interface SettleTools {
  disk: Disk;
  journal: JournalFile;
  gitDir: string | undefined;
  at: () => string;
  /** The last number is this, if the files and the journal know of no higher one. */
  atLeast: number;
}

/**
 * Looks what others did to the files since `checkpoint`, and writes it into the journal: what is new or was edited by
 * hand is known from now on; what a checkout or reset took away is no longer expected. What vanished otherwise, or is
 * back in a state that it had left, stays as the journal has it, for `doctor` to bring back.
 */
export function settle(checkpoint: Checkpoint | undefined, names: readonly string[], tools: SettleTools): Settled {
  const { disk } = tools;
  const records = new Map<string, FileRecord>();
  const changed: string[] = [];
  for (const file of names) {
    const record = checkpoint && Object.hasOwn(checkpoint.files, file) ? checkpoint.files[file] : undefined;
    if (record && sameStamp(record.stamp, disk.stampOf(file))) records.set(file, record);
    else changed.push(file);
  }
  const lost = checkpoint ? Object.keys(checkpoint.files).some((file) => !names.includes(file)) : false;
  let lastNumber = Math.max(checkpoint?.lastNumber ?? 0, tools.atLeast);
  let unreadable = 0;
  for (const file of changed) {
    const understood = readable(() => understand(disk, file));
    // What cannot be read, such as a link out of the workspace, stops only those who want that file.
    if (!understood) {
      unreadable += 1;
      continue;
    }
    const { record, copies } = understood;
    if (record) records.set(file, record);
    // An id that stands in a broken block is taken too: somebody will mend it.
    lastNumber = Math.max(lastNumber, highestNumber(copies), ...brokenIds(disk.read(file).sheet).map((id) => idNumber(id) ?? 0));
  }
  const brought = (changed.length > 0 || lost) && unreadable === 0 && takeNote(changed, tools);
  if (!checkpoint) lastNumber = Math.max(lastNumber, lastInJournal(tools.journal));
  return { records, lastNumber, moved: changed.length > 0 || lost || !checkpoint, brought };
}

function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CommsError) return undefined;
    throw error;
  }
}

/** The record of one file as it is now, or none where it has gone meanwhile. */
export function understand(disk: Disk, file: string): { record: FileRecord | undefined; copies: Copy[] } {
  const copies = disk.copies(file);
  const { sheet, stamp } = disk.read(file);
  return { record: stamp && recordOf(sheet, sheet.base, stamp), copies };
}

/** Whether the bytes are those of the record; the stamp alone cannot tell two changes within one tick. */
export function fits(record: FileRecord, bytes: Buffer): boolean {
  return BigInt(bytes.length) === BigInt(record.stamp.size) && sumOf(bytes) === record.sum;
}

/** The intents that are still to be finished. */
export function unfinished(journal: JournalFile): ReturnType<typeof openIntents> {
  return openIntents(journal.entries());
}

/** What the files hold against what the journal expects of them; of all files, or of those that changed. */
export function comparison(disk: Disk, knowledge: Knowledge, only?: readonly string[]): { outcome: Comparison; copies: Copy[] } {
  const files = disk.names();
  const copies = (only ?? files).flatMap((file) => disk.copies(file));
  const compared = compare(knowledge, copies);
  if (only === undefined) return { outcome: compared, copies };
  const expectedHere = ({ inbox, section }: Known) => only.includes(fileFor(inbox, section)) || !files.includes(fileFor(inbox, section));
  const missing = compared.missing.filter(expectedHere);
  if (missing.length === 0) return { outcome: { ...compared, missing }, copies };
  // What is missing here may have been moved to another file: look everywhere before anything is called missing.
  const keyFor = ({ inbox, message }: Copy | Known) => keyOf(inbox, identityOf(message));
  const present = new Set(files.flatMap((file) => disk.copies(file)).map(keyFor));
  return { outcome: { ...compared, missing: missing.filter((known) => !present.has(keyFor(known))) }, copies };
}

/** Answers whether something with a uid is new. */
function takeNote(changed: readonly string[], { disk, journal, gitDir, at }: SettleTools): boolean {
  const knowledge = journal.knowledge();
  const { outcome, copies } = comparison(disk, knowledge, changed);
  const entries: JournalEntry[] = [
    ...replacedBy(knowledge, copies).map(({ inbox, message }) => gone(inbox, identityOf(message), 'removed')),
    ...outcome.missing.filter(({ git }) => gitMovedSince(gitDir, git)).map(({ inbox, message }) => gone(inbox, identityOf(message), 'git')),
    ...outcome.regressed.filter(({ known }) => gitMovedSince(gitDir, known.git)).map(({ copy }) => seen(copy)),
    ...outcome.fresh.map(seen),
  ];
  const isNew = ({ inbox, message }: Copy) => message.uid !== undefined && !knowledge.has(keyOf(inbox, identityOf(message)));
  const brought = outcome.fresh.some(isNew);
  journal.append(entries);
  return brought;

  function seen({ inbox, section, message }: Copy): JournalEntry {
    return { entry: 'seen', at: at(), inbox, section, message, by: 'hand' };
  }
  function gone(inbox: string, uid: string, why: 'git' | 'removed'): JournalEntry {
    return { entry: 'gone', at: at(), inbox, uid, why };
  }
}

function lastInJournal(journal: JournalFile): number {
  const numbers = journal.entries().flatMap((entry) => {
    if (entry.entry === 'seen') return idNumber(entry.message.id) ?? 0;
    if (entry.entry === 'intent') return entry.steps.map((step) => idNumber(step.step === 'put' ? step.message.id : step.id) ?? 0);
    return 0;
  });
  return numbers.reduce((a, b) => Math.max(a, b), 0);
}
