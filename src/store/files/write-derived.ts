import path from 'node:path';
import { errnoOf } from '../../errors.ts';
import { hashOf } from '../../message/hash.ts';
import { formatId, idNumber } from '../../message/ids.ts';
import { isObject } from '../../message/json.ts';
import type { StatusDocument } from '../../message/status.ts';
import { deriveStatus } from '../../message/status.ts';
import { readRegularText, readRegularTextIfThere } from '../../read-file.ts';
import { type Checkpoint, type FileRecord, renderCheckpoint } from './checkpoint.ts';
import { overwriteFile } from './durable/overwrite-file.ts';
import { replaceFile } from './durable/replace-file.ts';
import type { Stamp } from './durable/stamp.ts';
import { CHECKPOINT_FILE, kindOf, STATUS_FILE } from './layout.ts';
import { summariesOfAll } from './records.ts';
import { type Carried, carriedOver, lastIdIn } from './status-file.ts';
import type { FilesTools } from './tools.ts';

/** The status document that follows from the records and from what status.json says of the agents. */
export function statusFrom(
  tools: FilesTools,
  records: ReadonlyMap<string, FileRecord>,
  lastNumber: number,
  at: string,
  carried = carriedNow(tools),
): StatusDocument {
  return deriveStatus({
    agents: agentsOf(tools, records.keys()),
    groups: Object.keys(tools.options.rules.groups),
    summaries: summariesOfAll(records.values()),
    presence: carried.presence,
    lastId: lastNumber === 0 ? undefined : formatId(lastNumber),
    at,
    rest: carried.rest,
  });
}

/** What status.json holds that is not derived. */
export function carriedNow({ fs, root }: FilesTools): Carried {
  return carriedOver(readRegularTextIfThere(path.join(root, STATUS_FILE), fs));
}

/** The last number that status.json knows of, for when there is no checkpoint to say it; 0 for none. */
export function lastInStatus({ fs, root }: FilesTools): number {
  try {
    return idNumber(lastIdIn(readRegularText(path.join(root, STATUS_FILE), fs))) ?? 0;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return 0;
  }
}

/**
 * Writes status.json. It is derived: a failure here must not fail what has already been done to the inboxes, so it is
 * left to the next write, which finds that the stamp does not fit. Returns the stamp, null where it could not be written.
 * What agents say of themselves (`carried`) stands nowhere else: then it throws DISK_FULL, NOT_WRITABLE, IO_ERROR.
 * With `keep` a file that says the same already stays as it is, whatever its time and last id are: git put it there.
 */
export function writeStatus(
  tools: FilesTools,
  records: ReadonlyMap<string, FileRecord>,
  lastNumber: number,
  at: string,
  { carried, fsync = false, keep = false }: { carried?: Carried | undefined; fsync?: boolean; keep?: boolean } = {},
): Stamp | null {
  try {
    const status = statusFrom(tools, records, lastNumber, at, carried);
    const there = keep && saysAll(tools, status) ? tools.disk.stampOf(STATUS_FILE) : undefined;
    if (there) return there;
    const text = `${JSON.stringify(status, null, 2)}\n`;
    return replaceFile(tools.fs, { path: tools.disk.pathOf(STATUS_FILE), bytes: [Buffer.from(text, 'utf8')], expected: 'any', fsync });
  } catch (error) {
    if (carried) throw error;
    return null;
  }
}

function saysAll({ fs, root }: FilesTools, status: StatusDocument): boolean {
  try {
    const there: unknown = JSON.parse(readRegularText(path.join(root, STATUS_FILE), fs));
    const comparable = (value: unknown) => hashOf(isObject(value) ? { ...value, last_updated: null, last_message_id: null } : value);
    return comparable(there) === comparable(status);
  } catch {
    return false;
  }
}

/** Writes the checkpoint; one that is missing or old only makes the next write read more. */
export function writeCheckpoint(tools: FilesTools, checkpoint: Checkpoint): void {
  const file = path.join(tools.root, CHECKPOINT_FILE);
  const bytes = renderCheckpoint(checkpoint);
  try {
    if (!overwriteFile(tools.fs, file, bytes)) replaceFile(tools.fs, { path: file, bytes: [bytes], expected: 'any', fsync: false });
  } catch {
    // The next write finds stamps that do not fit and looks for itself.
  }
}

export function agentsOf({ options }: FilesTools, files: Iterable<string>): string[] {
  const inboxes = [...files].flatMap((file) => {
    const kind = kindOf(file);
    return kind?.kind === 'inbox' && !Object.hasOwn(options.rules.groups, kind.inbox) ? [kind.inbox] : [];
  });
  return [...new Set([...options.agents, ...inboxes.sort()])];
}
