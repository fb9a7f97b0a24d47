import type { Message } from '../message/message.ts';
import { type Block, type InboxDocument, type InboxSection, isBlock, renderInbox, type Segment } from './document.ts';
import { idOf, isCompleted } from './envelope.ts';
import { headingId } from './headings.ts';
import { editJson } from './json-edit.ts';
import { breaksIn, leadingBlank, trailingBlank } from './lines.ts';
import { leadAfter, messageText, trailBefore } from './message-text.ts';
import { parseInbox } from './parse.ts';
import { toLatin1 } from './source.ts';
import { headFrom, indexOfBlock, spliced, tailBefore } from './splice.ts';

/** Puts a message at the end of a section: one insertion, every other byte stays. */
export function appendMessage(doc: InboxDocument, message: Message, section: InboxSection = 'active'): InboxDocument {
  const { text, heading, json, jsonStart } = messageText(message, doc.eol);
  const raw = toLatin1(text);
  const start = toLatin1(text.slice(0, jsonStart)).length;
  const block: Block = {
    ...stateOf(JSON.parse(json), section),
    kind: 'message',
    line: 0,
    json,
    heading,
    open: false,
    raw,
    jsonStart: start,
    jsonEnd: start + Buffer.byteLength(json),
  };
  return section === 'archived' ? insertArchived(doc, block) : insertActive(doc, block);
}

/**
 * Puts a copy of another document's block at the end of a section, as it is written there but for the line breaks of this
 * document; changed to `message`, if given. A broken block stays as it is.
 */
export function appendBlock(doc: InboxDocument, block: Block, place: InboxSection, message?: Record<string, unknown>): InboxDocument {
  const changed = message === undefined || block.message === undefined ? block : updated(block, message);
  const copy = closed(changed.message === undefined ? changed : withEol(changed, doc.eol), doc);
  const state = copy.message === undefined ? { section: 'active' as const, place } : stateOf(copy.message, place);
  return place === 'archived' ? insertArchived(doc, { ...copy, ...state }) : insertActive(doc, { ...copy, ...state });
}

/** Changes the JSON of one block, and of that only the members that differ. */
export function updateMessage(doc: InboxDocument, block: Block, message: Record<string, unknown>): InboxDocument {
  return spliced(doc, indexOfBlock(doc, block), 1, [updated(block, message)]);
}

/** Takes a block away, with its own heading and one of the blank lines around it. */
export function removeMessage(doc: InboxDocument, block: Block): InboxDocument {
  const index = indexOfBlock(doc, block);
  const [previous, next] = [doc.segments[index - 1], doc.segments[index + 1]];
  const before = previous?.kind === 'text' ? trailingBlank(previous.raw) : 0;
  const after = next?.kind === 'text' ? leadingBlank(next.raw) : 0;
  // Never both: what stood around the message stays apart.
  if (next?.kind === 'text' && after > 0 && (before > 0 || index === 0)) {
    return spliced(doc, index, 2, textOf(next.raw.slice(after)));
  }
  if (previous?.kind === 'text' && before > 0 && next === undefined) {
    return spliced(doc, index - 1, 2, textOf(previous.raw.slice(0, -before)));
  }
  return spliced(doc, index, 1, []);
}

/** Moves a block to the end of the archive section, which is made where there is none; changed to `message`, if given. */
export function moveToArchived(doc: InboxDocument, block: Block, message?: Record<string, unknown>): InboxDocument {
  const changed = closed(message === undefined ? block : updated(block, message), doc);
  const state =
    changed.message === undefined ? { section: 'active' as const, place: 'archived' as const } : stateOf(changed.message, 'archived');
  const rest = removeMessage(doc, block);
  // What an open fence hid counts when the fence is gone: a heading of templates, say, under which nobody would find the message.
  return insertArchived(block.open ? parseInbox(renderInbox(rest)) : rest, { ...changed, ...state });
}

/** The offset in bytes at which {@link appendMessage} puts an active message. */
export function insertionOffset(doc: InboxDocument): number {
  let offset = 0;
  for (let index = 0; index < doc.activeEnd; index += 1) offset += doc.segments[index]?.raw.length ?? 0;
  return offset;
}

function insertActive(doc: InboxDocument, block: Block): InboxDocument {
  const title = doc.needsActiveHeading ? `## Active Messages${doc.eol}${doc.eol}` : '';
  const at = doc.activeEnd;
  const next = inserted(doc, at, title, block);
  return { ...next.doc, activeEnd: next.end, needsActiveHeading: false };
}

function insertArchived(doc: InboxDocument, block: Block): InboxDocument {
  const { eol, archivedEnd, archiveLevel, segments } = doc;
  const title = archivedEnd === undefined ? `---${eol}${eol}${'#'.repeat(archiveLevel)} Archived Messages${eol}${eol}` : '';
  const next = inserted(doc, archivedEnd ?? segments.length, title, block);
  return { ...next.doc, archivedEnd: next.end };
}

/** Puts a block in with a blank line before it, and one behind it where text follows; tells the index behind the block. */
function inserted(doc: InboxDocument, at: number, title: string, block: Block): { doc: InboxDocument; end: number } {
  const lead = textOf(leadAfter(tailBefore(doc, at), doc.eol) + title);
  const trail = textOf(trailBefore(headFrom(doc, at), doc.eol));
  const line = lineAt(doc, at) + breaksIn(lead[0]?.raw ?? '') + breaksIn(block.raw.slice(0, block.jsonStart)) - 1;
  return { doc: spliced(doc, at, 0, [...lead, { ...block, line }, ...trail]), end: at + lead.length + 1 };
}

/** The line on which a segment begins, counted from the nearest block before it. */
function lineAt(doc: InboxDocument, index: number): number {
  let line = 1;
  for (let at = index - 1; at >= 0; at -= 1) {
    const segment = doc.segments[at];
    if (isBlock(segment)) return line - 1 + segment.line + breaksIn(segment.raw.slice(segment.jsonStart)) + 1;
    line += breaksIn(segment?.raw ?? '');
  }
  return line;
}

function updated(block: Block, message: Record<string, unknown>): Block {
  if (block.message === undefined) throw new Error(`The block in line ${block.line} cannot be changed: it is broken.`);
  const json = editJson(block.json, block.message, message, block.raw.includes('\r\n') ? '\r\n' : '\n');
  if (json === block.json) return block;
  const bytes = toLatin1(json);
  const { head, heading } = renamedHead(block, idOf(message));
  const raw = head + bytes + block.raw.slice(block.jsonEnd);
  const jsonStart = head.length;
  return {
    ...block,
    ...stateOf(readBack(json, message), block.place),
    json,
    raw,
    jsonStart,
    jsonEnd: jsonStart + bytes.length,
    ...(heading !== undefined && { heading }),
  };
}

/** What stands before the JSON. A heading names the message, so it goes along with a new id. */
function renamedHead({ raw, jsonStart, heading, id: before }: Block, id: string | undefined): { head: string; heading?: string } {
  const head = raw.slice(0, jsonStart);
  if (heading === undefined || id === undefined || id === before) return { head };
  const named = before !== undefined && heading.includes(before) ? before : headingId(heading);
  if (named !== undefined) return { head: head.replace(toLatin1(named), () => toLatin1(id)), heading: heading.replace(named, () => id) };
  if (!/^message\s*:?\s*$/i.test(heading)) return { head };
  return { head: head.replace(/[ \t]*(?=\r?\n)/, () => ` ${toLatin1(id)}`), heading: `${heading.trimEnd()} ${id}` };
}

function readBack(json: string, message: Record<string, unknown>): Record<string, unknown> {
  try {
    return JSON.parse(json);
  } catch {
    // JSON with comments; what was asked for is what it says.
    return message;
  }
}

function stateOf(message: Record<string, unknown>, place: InboxSection): Pick<Block, 'section' | 'place' | 'message' | 'id'> {
  return { section: place === 'archived' && isCompleted(message) ? 'archived' : 'active', place, message, id: idOf(message) };
}

/** The block with these line breaks; in JSON none stands inside of a value. */
function withEol(block: Block, eol: string): Block {
  const broken = (text: string) => text.replace(/\r?\n/g, eol);
  const head = broken(block.raw.slice(0, block.jsonStart));
  const bytes = broken(block.raw.slice(block.jsonStart, block.jsonEnd));
  const raw = head + bytes + broken(block.raw.slice(block.jsonEnd));
  return { ...block, raw, json: broken(block.json), jsonStart: head.length, jsonEnd: head.length + bytes.length };
}

/** The block with line break and closing fence: among other messages it must end by itself. */
function closed(block: Block, { eol }: InboxDocument): Block {
  if (block.open) {
    const fence = /[`~]{3,}/.exec(block.raw.slice(block.raw.lastIndexOf('\n', block.jsonStart - 2) + 1))?.[0] ?? '```';
    return { ...block, open: false, raw: `${block.raw.slice(0, block.jsonEnd)}${eol}${fence}${eol}` };
  }
  return block.raw.endsWith('\n') ? block : { ...block, raw: block.raw + eol };
}

function textOf(raw: string): Segment[] {
  return raw === '' ? [] : [{ kind: 'text', raw }];
}
