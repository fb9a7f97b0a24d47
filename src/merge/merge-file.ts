import { isUtf8 } from 'node:buffer';
import { mergeChannels, mergeReservations } from './merge-entries.ts';
import { type FileKind, type MergedFile, mergeInbox, type Versions } from './merge-inbox.ts';
import { mergeStatus } from './merge-status.ts';

/** What a merge driver is called for. */
export const DRIVER_KINDS = ['inbox', 'archive', 'dead', 'held', 'status', 'channels', 'reservations'] as const;
export type DriverKind = (typeof DRIVER_KINDS)[number];

/**
 * Merges one file of a workspace, three-way. Undefined where only an ordinary merge of its text can help: a JSON file that
 * cannot be read, or prose in the way of messages.
 */
export function mergeFile(versions: Versions, kind: DriverKind): MergedFile | undefined {
  if (kind === 'status' || kind === 'channels' || kind === 'reservations') return mergeJson(versions, JSON_MERGES[kind]);
  return mergeInbox(versions, kind satisfies FileKind);
}

type JsonMerge = (base: unknown, ours: unknown, theirs: unknown) => Record<string, unknown> | undefined;

const JSON_MERGES = { status: mergeStatus, channels: mergeChannels, reservations: mergeReservations } satisfies Record<string, JsonMerge>;

function mergeJson({ base, ours, theirs }: Versions, merge: JsonMerge): MergedFile | undefined {
  const merged = merge(parsed(base), parsed(ours), parsed(theirs));
  // What follows from the messages is no reason to stop a merge.
  if (merged === undefined) return merge === mergeStatus ? { bytes: ours, conflict: false } : undefined;
  const text = ours.toString('utf8');
  const [bom, eol] = [text.startsWith('\ufeff') ? '\ufeff' : '', text.includes('\r\n') ? '\r\n' : '\n'];
  const json = `${JSON.stringify(merged, null, 2)}\n`;
  return { bytes: Buffer.from(bom + json.replaceAll('\n', eol), 'utf8'), conflict: false };
}

/** Undefined for what is no JSON. */
function parsed(bytes: Buffer): unknown {
  if (!isUtf8(bytes)) return undefined;
  try {
    return JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}
