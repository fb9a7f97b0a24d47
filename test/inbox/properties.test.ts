import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
} from '../../src/inbox/inbox.ts';
import { inboxFiles, type Placed } from './arbitrary.ts';
import { messageOf } from './message.ts';

const runs = { numRuns: 300 };

const uidsOf = (doc: InboxDocument) => blocksOf(doc).map(({ message }) => message?.uid);
const rawsOf = (doc: InboxDocument) => blocksOf(doc).map(({ raw }) => raw);
const isSeen = (doc: InboxDocument, { uid, message }: Placed) =>
  uidsOf(doc).includes(uid) ||
  problemsOf(doc).some((problem) => problem.code === 'IN_TEMPLATES' && problem.message.includes(`${message.id} `));

/** How many bytes two buffers share at their beginning, and how many at their end. */
function shared(one: Buffer, other: Buffer): { start: number; end: number } {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < most && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return { start, end };
}

/** A file and one of its messages. */
const filesWithOne = inboxFiles
  .filter(({ messages }) => messages.length > 0)
  .chain((file) => fc.record({ file: fc.constant(file), placed: fc.constantFrom(...file.messages) }));

const blockOf = (doc: InboxDocument, { uid }: Placed): Block => {
  const block = blocksOf(doc).find(({ message }) => message?.uid === uid);
  if (!block) throw new Error(`${uid} is not seen`);
  return block;
};

describe('any inbox file', () => {
  it('comes back byte for byte, with every message in it', () => {
    fc.assert(
      fc.property(inboxFiles, ({ bytes, messages }) => {
        const doc = parseInbox(bytes);
        expect(renderInbox(doc).equals(bytes)).toBe(true);
        const seen = blocksOf(doc).filter(({ kind, message }) => kind === 'message' && message?.uid !== undefined);
        expect(seen.map(({ message }) => message)).toEqual(messages.map(({ message }) => message));
        for (const { line, raw, jsonStart } of seen) {
          expect(bytes.toString('latin1').split('\n')[line - 1]).toBe(
            raw
              .slice(0, jsonStart - 1)
              .split('\n')
              .at(-1),
          );
        }
      }),
      runs,
    );
  });

  it('any bytes come back as they are', () => {
    const bits = fc.constantFrom(
      '```json\n',
      '```',
      '~~~',
      '\n',
      '\r',
      '{"id":"a-1","type":"X"}',
      '## Archived\n',
      '# templates\n',
      '\u00ff',
      '\u00c3',
      '    ',
      '"',
      '[',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array().map(Buffer.from),
          fc.array(bits).map((parts) => Buffer.from(parts.join(''), 'latin1')),
        ),
        (bytes) => {
          const doc = parseInbox(Buffer.from(bytes));
          problemsOf(doc);
          expect(renderInbox(doc).equals(bytes)).toBe(true);
          const after = renderInbox(appendMessage(doc, messageOf('msg-001')));
          const { start, end } = shared(bytes, after);
          expect(start + end).toBeGreaterThanOrEqual(bytes.length);
          expect(
            blocksOf(parseInbox(after)).filter(({ id, kind, section }) => id === 'msg-001' && kind === 'message' && section === 'active'),
          ).toHaveLength(1);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('every prefix shows the messages that lie in it', () => {
    fc.assert(
      fc.property(inboxFiles, fc.double({ min: 0, max: 1, noNaN: true }), ({ bytes, messages }, share) => {
        const prefix = bytes.subarray(0, Math.round(bytes.length * share));
        const doc = parseInbox(prefix);
        problemsOf(doc);
        expect(renderInbox(doc).equals(prefix)).toBe(true);
        for (const placed of messages) if (placed.to <= prefix.length) expect(isSeen(doc, placed)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('one byte that is wrong hides no message but its own', () => {
    const broken = inboxFiles
      .filter(({ bytes }) => bytes.length > 0)
      .chain((file) =>
        fc.record({
          file: fc.constant(file),
          at: fc.nat(file.bytes.length - 1),
          value: fc.oneof(fc.nat(255), fc.constantFrom(...[...'\n\r#`~{"| <='].map((char) => char.charCodeAt(0)))),
        }),
      );
    fc.assert(
      fc.property(broken, ({ file: { bytes, messages }, at, value }) => {
        const flipped = Buffer.from(bytes);
        flipped[at] = value;
        const doc = parseInbox(flipped);
        problemsOf(doc);
        expect(renderInbox(doc).equals(flipped)).toBe(true);
        const unseen = messages.filter((placed) => !isSeen(doc, placed));
        expect(unseen.filter(({ fence, to }) => at < fence || at >= to)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('an edit touches its own message only', () => {
  it('update: one replacement inside the JSON', () => {
    const changes = fc.record(
      {
        status: fc.constantFrom('COMPLETED', 'IN_PROGRESS'),
        subject: fc.string({ unit: 'binary' }),
        new: fc.jsonValue(),
        delivery: fc.dictionary(fc.string(), fc.jsonValue()),
        content: fc.constantFrom(undefined, {}, { details: '', context: { x: 1 } }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(filesWithOne, changes, ({ file, placed }, change) => {
        const doc = parseInbox(file.bytes);
        const block = blockOf(doc, placed);
        const message = { ...block.message, ...change };
        const edited = updateMessage(doc, block, message);
        const after = renderInbox(edited);
        const { start, end } = shared(file.bytes, after);
        const same = after.equals(file.bytes);
        expect(same || (start >= placed.fence && file.bytes.length - end <= placed.to)).toBe(true);
        expect(blocksOf(edited).map(({ json }) => json)).toEqual(blocksOf(parseInbox(after)).map(({ json }) => json));
        const own = blocksOf(parseInbox(after)).find(({ message: read }) => read?.uid === placed.uid);
        expect(own?.message).toEqual(JSON.parse(JSON.stringify(message)));
        expect(rawsOf(edited).filter((raw) => raw !== own?.raw)).toEqual(rawsOf(doc).filter((raw) => raw !== block.raw));
      }),
      runs,
    );
  });

  it('append: one insertion', () => {
    fc.assert(
      fc.property(inboxFiles, fc.constantFrom('active' as const, 'archived' as const), ({ bytes, messages }, section) => {
        const doc = parseInbox(bytes);
        const added = messageOf('msg-500', { uid: 'added', status: section === 'active' ? 'PENDING' : 'COMPLETED' });
        const edited = appendMessage(doc, added, section);
        const after = renderInbox(edited);
        const { start, end } = shared(bytes, after);
        expect(start + end).toBeGreaterThanOrEqual(bytes.length);
        const again = parseInbox(after);
        expect(uidsOf(again)).toEqual(uidsOf(edited));
        expect(blocksOf(again).find(({ message }) => message?.uid === 'added')).toMatchObject({ section, message: added });
        expect(
          rawsOf(again)
            .filter((raw) => !raw.includes('"added"'))
            .map((raw) => raw.trimEnd()),
        ).toEqual(rawsOf(doc).map((raw) => raw.trimEnd()));
        expect(messages.every((placed) => isSeen(again, placed))).toBe(true);
      }),
      runs,
    );
  });

  it('remove: one deletion', () => {
    fc.assert(
      fc.property(filesWithOne, ({ file, placed }) => {
        const doc = parseInbox(file.bytes);
        const block = blockOf(doc, placed);
        const edited = removeMessage(doc, block);
        const after = renderInbox(edited);
        const { start, end } = shared(file.bytes, after);
        expect(start + end).toBeGreaterThanOrEqual(after.length);
        const others = rawsOf(doc).filter((raw) => raw !== block.raw);
        expect(rawsOf(edited)).toEqual(others);
        expect(file.messages.every((other) => other === placed || isSeen(parseInbox(after), other))).toBe(true);
      }),
      runs,
    );
  });

  it('archive: the others stay, and the bytes of the block', () => {
    fc.assert(
      fc.property(filesWithOne, ({ file, placed }) => {
        const doc = parseInbox(file.bytes);
        const block = blockOf(doc, placed);
        const edited = moveToArchived(doc, block, { ...block.message, status: 'COMPLETED' });
        const again = parseInbox(renderInbox(edited));
        expect(uidsOf(again)).toEqual(uidsOf(edited));
        expect(rawsOf(edited).filter((raw) => !raw.includes(`"${placed.uid}"`))).toEqual(rawsOf(doc).filter((raw) => raw !== block.raw));
        expect(blockOf(again, placed)).toMatchObject({ section: 'archived', heading: block.heading, open: false });
        expect(blockOf(again, placed).message).toEqual({ ...block.message, status: 'COMPLETED' });
      }),
      runs,
    );
  });
});
