import {
  appendMessage,
  type Block,
  blocksOf,
  type InboxDocument,
  insertionOffset,
  moveToArchived,
  parseInbox,
  removeMessage,
  renderAppended,
  renderInbox,
  updateMessage,
} from '../../inbox/inbox.ts';
import { completeMessage } from '../../message/complete.ts';
import { normalise } from '../../message/dialects.ts';
import type { Message } from '../../message/message.ts';
import { identityOf } from '../../message/uid.ts';
import type { Copy, Section } from '../store.ts';
import { isShared, type Kind, kindOf } from './layout.ts';

/**
 * One file of messages inside a write: the bytes that were read, and what they have become. Sheets are values: an edit
 * returns a new one, so that a verb that throws leaves nothing behind. A sheet is parsed only when somebody asks for its
 * copies; a message that is only put in is spliced in at the place that the checkpoint remembers.
 */
export interface Sheet {
  readonly file: string;
  readonly kind: Kind;
  /** As read. */
  readonly base: Buffer;
  readonly doc: InboxDocument | undefined;
  /** Where unparsed text takes new messages, and what was put there so far. */
  readonly splice: { readonly at: number; readonly parts: readonly Buffer[] } | undefined;
  readonly changed: boolean;
}

export function openSheet(file: string, base: Buffer, insertAt?: number): Sheet {
  const kind = kindOf(file);
  if (!kind) throw new Error(`No file of messages: ${file}`);
  return { file, kind, base, doc: undefined, splice: insertAt === undefined ? undefined : { at: insertAt, parts: [] }, changed: false };
}

/** The sheet with its text understood. */
export function parsed(sheet: Sheet): Sheet & { doc: InboxDocument } {
  const doc = sheet.doc ?? parseInbox(bytesOf(sheet));
  return { ...sheet, doc, splice: undefined };
}

/** The text as it is to be written. */
export function bytesOf(sheet: Sheet): Buffer {
  if (!sheet.changed) return sheet.base;
  if (sheet.doc) return renderInbox(sheet.doc);
  const { at, parts } = sheet.splice ?? { at: sheet.base.length, parts: [] };
  return Buffer.concat([sheet.base.subarray(0, at), ...parts, sheet.base.subarray(at)]);
}

/** Every copy in the sheet, in its order. A message of another dialect is shown normalised. */
export function copiesOf(sheet: Sheet & { doc: InboxDocument }): Copy[] {
  return blocksOf(sheet.doc).flatMap((block) => copyOf(sheet, block) ?? []);
}

const asked = new WeakSet<InboxDocument>();
const indexes = new WeakMap<InboxDocument, Map<string, Copy[]>>();

/** The copies with this id. Who asks for many of the same text, as a restore does, is answered from an index. */
export function copiesWithId(sheet: Sheet & { doc: InboxDocument }, id: string): readonly Copy[] {
  const { doc } = sheet;
  const index = indexes.get(doc);
  if (index) return index.get(id) ?? [];
  if (!asked.has(doc)) {
    asked.add(doc);
    return copiesOf(sheet).filter((copy) => copy.message.id === id);
  }
  const fresh = new Map<string, Copy[]>();
  for (const copy of copiesOf(sheet)) fresh.set(copy.message.id, [...(fresh.get(copy.message.id) ?? []), copy]);
  indexes.set(doc, fresh);
  return fresh.get(id) ?? [];
}

/** The ids that can be made out in blocks that cannot be read. */
export function brokenIds(sheet: Sheet): string[] {
  return blocksOf(parsed(sheet).doc).flatMap(({ kind, id }) => (kind === 'broken' && id !== undefined ? [id] : []));
}

export function append(sheet: Sheet, section: Section, message: Message): Sheet {
  const place = section === 'archived' && sheet.kind.kind === 'inbox' ? 'archived' : 'active';
  if (sheet.splice && place === 'active') {
    const { at, parts } = sheet.splice;
    const before = parts.length > 0 ? (parts.at(-1) as Buffer) : sheet.base.subarray(Math.max(0, at - 4), at);
    const part = renderAppended(message, { before, after: sheet.base.subarray(at, at + 4) });
    return { ...sheet, splice: { at, parts: [...parts, part] }, changed: true };
  }
  return { ...sheet, doc: appendMessage(parsed(sheet).doc, message, place), splice: undefined, changed: true };
}

/** Changes a copy where it stands; only what differs is written into its JSON. */
export function update(sheet: Sheet, copy: Copy, message: Message): Sheet {
  const { doc } = parsed(sheet);
  const block = blockOf(sheet, doc, copy);
  return { ...sheet, doc: updateMessage(doc, block, rewritten(sheet, block, message)), splice: undefined, changed: true };
}

export function take(sheet: Sheet, copy: Copy): Sheet {
  const { doc } = parsed(sheet);
  return { ...sheet, doc: removeMessage(doc, blockOf(sheet, doc, copy)), splice: undefined, changed: true };
}

/** Moves a copy to the archive section of its own file. */
export function archiveIn(sheet: Sheet, copy: Copy, message: Message): Sheet {
  const { doc } = parsed(sheet);
  const block = blockOf(sheet, doc, copy);
  return { ...sheet, doc: moveToArchived(doc, block, rewritten(sheet, block, message)), splice: undefined, changed: true };
}

/** The offset at which the next message goes; -1 where more than the message has to be put in. */
export function nextOffset(sheet: Sheet): number {
  if (sheet.splice) return sheet.splice.at + sheet.splice.parts.reduce((sum, part) => sum + part.length, 0);
  const { doc } = parsed(sheet);
  return doc.needsActiveHeading ? -1 : insertionOffset(doc);
}

const copyMemo = new WeakMap<Block, Copy>();

function copyOf(sheet: Sheet, block: Block): Copy | undefined {
  if (block.kind !== 'message' || block.message === undefined) return undefined;
  const memo = copyMemo.get(block);
  if (memo) return memo;
  const message = completeMessage(normalise(block.message).message);
  const { kind } = sheet;
  const copy: Copy = {
    inbox: isShared(kind) ? message.recipient : kind.inbox,
    section: isShared(kind) ? kind.kind : kind.kind === 'archive' ? 'archived' : block.section,
    message,
    file: sheet.file,
  };
  copyMemo.set(block, copy);
  return copy;
}

/** The block that a copy stands for; a verb may hand over a copy that it has already changed, hence the second look. */
function blockOf(sheet: Sheet, doc: InboxDocument, copy: Copy): Block {
  const blocks = blocksOf(doc);
  const same = (candidate: Copy | undefined) =>
    candidate?.message.id === copy.message.id &&
    candidate.inbox === copy.inbox &&
    candidate.section === copy.section &&
    identityOf(candidate.message) === identityOf(copy.message);
  const block = blocks.find((candidate) => copyOf(sheet, candidate) === copy) ?? blocks.find((candidate) => same(copyOf(sheet, candidate)));
  if (!block) throw new Error(`The copy ${copy.inbox}/${copy.message.id} is not in ${sheet.file}.`);
  return block;
}

/** What the block's JSON becomes: its own members, with those that the change touched. Another dialect becomes ours. */
function rewritten(sheet: Sheet, block: Block, after: Message): Record<string, unknown> {
  const before = copyOf(sheet, block)?.message;
  const raw = block.message ?? {};
  if (before === undefined || !('sender' in raw)) return after;
  const next: Record<string, unknown> = { ...raw };
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (before[key] === after[key]) continue;
    if (after[key] === undefined) delete next[key];
    else Object.defineProperty(next, key, { value: after[key], enumerable: true, configurable: true, writable: true });
  }
  return next;
}
