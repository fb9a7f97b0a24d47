import { expect } from 'vitest';
import {
  appendMessage,
  type Block,
  blocksOf,
  type InboxDocument,
  moveToArchived,
  parseInbox,
  problemsOf,
  removeMessage,
  renderInbox,
  updateMessage,
} from '../../../src/inbox/inbox.ts';
import { completeMessage } from '../../../src/message/complete.ts';
import { normalise } from '../../../src/message/dialects.ts';
import { inspectMessage } from '../../../src/message/validate.ts';
import { messageOf } from '../../inbox/message.ts';

/** What holds of any bytes at all. `pick` chooses the block that is edited. Returns how many blocks were found. */
export function holdsForAnyBytes(bytes: Buffer, pick: number): number {
  const doc = parseInbox(bytes);
  expect(renderInbox(doc).equals(bytes), 'render(parse(x)) is x').toBe(true);
  const blocks = blocksOf(doc);
  blocksAreInPlace(doc, bytes);
  brokenOnesAreReported(doc);
  for (const { message } of blocks) if (message) isReadable(message);
  appendingAddsOne(doc, bytes);
  const block = blocks[pick % Math.max(1, blocks.length)];
  if (block) editingLeavesTheOthers(doc, bytes, block);
  return blocks.length;
}

/** Each block says on which line its fence opens, and where in it the JSON is. */
function blocksAreInPlace(doc: InboxDocument, bytes: Buffer): void {
  let offset = 0;
  let line = 1;
  for (const { raw, ...segment } of doc.segments) {
    if (segment.kind !== 'text') {
      const before = raw.slice(0, segment.jsonStart);
      const opens = before.endsWith('\n') ? breaks(before) - 1 : breaks(before);
      same(segment.line, line + opens, `the line of ${segment.id}`);
      const json = bytes.toString('utf8', offset + segment.jsonStart, offset + segment.jsonEnd);
      if (segment.kind === 'message') same(json, segment.json, `the JSON of ${segment.id}`);
    }
    offset += raw.length;
    line += breaks(raw);
  }
}

function brokenOnesAreReported(doc: InboxDocument): void {
  const problems = problemsOf(doc);
  for (const { error } of blocksOf(doc)) {
    if (error)
      same(
        problems.some(({ code, line }) => code === error.code && line === error.line),
        true,
        `${error.code} is reported`,
      );
  }
  same(
    problems.every(({ line }) => line !== undefined && line >= 1 && line <= breaks(renderInbox(doc).toString('latin1')) + 1),
    true,
    'lines',
  );
}

/** Whatever somebody wrote can be completed, validated and read as a dialect; nothing in the way of objects is changed by it. */
function isReadable(message: Record<string, unknown>): void {
  const before = JSON.stringify(message);
  const complete = completeMessage(message);
  same(JSON.stringify(completeMessage(complete)), JSON.stringify(complete), 'completing twice');
  inspectMessage(message);
  normalise(message);
  same(JSON.stringify(message), before, 'the message that was read');
  same(Object.keys(Object.prototype), [], 'the prototype of everything');
}

function appendingAddsOne(doc: InboxDocument, bytes: Buffer): void {
  const after = renderInbox(appendMessage(doc, messageOf('msg-900', { uid: 'appended' })));
  const { start, end } = shared(bytes, after);
  same(start + end >= bytes.length, true, 'one insertion');
  const found = blocksOf(parseInbox(after));
  const own = found.filter(({ message }) => message?.uid === 'appended');
  same(
    own.map(({ id, section }) => `${id} ${section}`),
    ['msg-900 active'],
    'the message that was put in',
  );
  same(words(found.filter((block) => !own.includes(block))), words(blocksOf(doc)), 'the blocks around it');
}

/** An edit of one message changes none of the bytes outside of its block, and leaves every other block as it is. */
function editingLeavesTheOthers(doc: InboxDocument, bytes: Buffer, block: Block): void {
  const others = blocksOf(doc).filter((other) => other !== block);
  const offset = offsetOf(doc, block);
  if (block.message) {
    const after = renderInbox(updateMessage(doc, block, { ...block.message, status: 'BLOCKED', note: '```\n### x\n~~~' }));
    const { start, end } = shared(bytes, after);
    same(start >= offset && end >= bytes.length - offset - block.raw.length, true, 'the bytes outside of the block');
    const again = blocksOf(parseInbox(after));
    const edited = again.filter(({ message }) => message?.status === 'BLOCKED' && message.note === '```\n### x\n~~~');
    same(edited.length >= 1, true, 'the edited message');
    same(words(again).length, others.length + 1, 'the number of blocks');
    for (const other of others)
      same(
        again.some(({ raw }) => raw === other.raw),
        true,
        `${other.kind} ${other.id} after an edit`,
      );
  }
  const removed = removeMessage(doc, block);
  same(
    blocksOf(removed).map(({ raw }) => raw),
    others.map(({ raw }) => raw),
    'the blocks after a removal',
  );
  const rest = renderInbox(removed);
  const { start, end } = shared(bytes, rest);
  same(start + end >= rest.length, true, 'one deletion');
  // No command moves what it cannot understand.
  if (!block.message) return;
  const moved = blocksOf(parseInbox(renderInbox(moveToArchived(doc, block))));
  // A fence that paired with one of the block's may show what it hid; nothing is hidden that was there.
  const messagesIn = (found: readonly Block[]) => found.filter(({ kind }) => kind === 'message').length;
  same(messagesIn(moved) >= messagesIn([...others, block]), true, 'no fewer messages after archiving');
  const isClosed = ({ kind, json, open }: Block) => kind === block.kind && json.trim() === block.json.trim() && !open;
  same(moved.some(isClosed), true, `${block.id} ends by itself`);
  // One that is not closed may take a rule or a heading that then stands beside it for its own.
  const isThere = (other: Block) => moved.some(({ kind, json }) => kind === other.kind && json.startsWith(other.json.trimEnd()));
  for (const other of others) same(isThere(other), true, `${other.id} after archiving`);
}

function words(blocks: readonly Block[]): string[] {
  return blocks.map(({ kind, json }) => `${kind} ${json}`);
}

function offsetOf(doc: InboxDocument, block: Block): number {
  let offset = 0;
  for (const segment of doc.segments) {
    if (segment === block) return offset;
    offset += segment.raw.length;
  }
  throw new Error('The block is not in the document.');
}

/** How many bytes two buffers share at their beginning, and how many at their end. */
function shared(one: Buffer, other: Buffer): { start: number; end: number } {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < most && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return { start, end };
}

function breaks(text: string): number {
  return text.split('\n').length - 1;
}

/** `expect` costs more than what is compared here, some thousand times a second. */
function same(found: unknown, wanted: unknown, what: string): void {
  if (found !== wanted && JSON.stringify(found) !== JSON.stringify(wanted)) expect(found, what).toEqual(wanted);
}
