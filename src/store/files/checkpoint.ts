import { errnoOf } from '../../errors.ts';
import type { InboxSummary } from '../../message/status.ts';
import { readRegularText } from '../../read-file.ts';
import type { Stamp } from './durable/stamp.ts';
import { sumOf } from './durable/sum.ts';
import type { FileSystem } from './file-system.ts';
import type { GitMark } from './git-mark.ts';

/**
 * `.state/checkpoint.json`: what the last write left behind, so that the next one need not read every inbox to learn
 * the last id, what waits where, and where a new message goes. It is written last: where it does not fit what is on
 * disk, somebody else wrote, or a write was cut off, and the files themselves are read again. Nothing is only in here.
 */
export interface Checkpoint {
  version: 1;
  lastNumber: number;
  journalSize: number;
  /** How large the journal was after it was last written anew, in bytes. */
  journalBase: number;
  /** Where git stood when what a merge leaves behind was last settled; null outside a repository. */
  reconciled?: GitMark | null;
  /** Of status.json; null where it could not be written. */
  statusStamp: Stamp | null;
  files: Record<string, FileRecord>;
}

/** What is known of one file of messages while its stamp and sum are these. */
export interface FileRecord {
  stamp: Stamp;
  /** Of the bytes: a stamp alone cannot tell two changes within one tick of the file system's clock. */
  sum: number;
  /** Where the next message goes, as a byte offset; -1 where the text has to be understood first. */
  insertAt: number;
  summaries: Record<string, InboxSummary>;
  /** When something in it comes due, in ms since the epoch. */
  dueAt: number | null;
}

/** The checkpoint as text: `[sum, checkpoint]`. It is written where it stands, and the sum tells a mixture of two. */
export function renderCheckpoint(checkpoint: Checkpoint): Buffer {
  const json = Buffer.from(JSON.stringify(checkpoint), 'utf8');
  return Buffer.concat([Buffer.from(`[${sumOf(json)},`), json, Buffer.from(']')]);
}

/** Undefined where there is none, or none that is whole. */
export function readCheckpoint(fs: FileSystem, file: string): Checkpoint | undefined {
  try {
    const text = readRegularText(file, fs);
    const json = text.slice(text.indexOf(',') + 1, text.lastIndexOf(']'));
    if (text.slice(1, text.indexOf(',')) !== String(sumOf(Buffer.from(json, 'utf8')))) return undefined;
    const value: unknown = JSON.parse(json);
    return isCheckpoint(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

function isCheckpoint(value: unknown): value is Checkpoint {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'files' in value;
}
