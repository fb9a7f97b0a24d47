import fc from 'fast-check';
import { messageOf } from './message.ts';

/** A message in a generated file, with the bytes that are its own. */
export interface Placed {
  uid: string;
  message: Record<string, unknown>;
  /** From the heading, or from the fence where it has none. */
  from: number;
  /** From the line break, or the byte order mark, before the opening fence. */
  fence: number;
  /** Behind the line of the closing fence. */
  to: number;
}

export interface Generated {
  bytes: Buffer;
  messages: Placed[];
}

/** Strings that would do harm if they began a line, or were cut, or were taken for bytes. */
const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    '```',
    '\n```\n### Message: msg-999\n```json\n{',
    '\r\n~~~',
    '\u0000',
    '\ud800',
    '\u2028## x',
    '<<<<<<< HEAD',
    '"}',
    '\\',
    'à',
    '🤖',
  ),
);

const status = fc.constantFrom('PENDING', 'IN_PROGRESS', 'COMPLETED', 'BLOCKED', 'completed');

interface FencedBlock {
  heading: string;
  marks: string;
  indent: number | string;
  /** A blank line below the heading. */
  gap: boolean;
  status: string;
  subject: string;
  details: string;
  extra: Record<string, string>;
}

const fenced: fc.Arbitrary<FencedBlock> = fc.record({
  heading: fc.constantFrom('### Message: ID', '## Message: ID', '#### ID – Größe', '### About something', ''),
  marks: fc.constantFrom('```', '~~~', '````', '   ```'),
  indent: fc.constantFrom(2, 0, '\t'),
  gap: fc.boolean(),
  status,
  subject: nasty,
  details: nasty,
  extra: fc.dictionary(nasty, nasty, { maxKeys: 2 }),
});

const words = fc.constantFrom(
  'Hello',
  'größer',
  '(No messages yet)',
  '- item',
  '> quote',
  '| a | b |',
  '`code`',
  '1.0',
  '   ',
  '☕',
  '**bold**',
  '---',
);
const prose = fc.array(words, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('\n'));
const headings = fc.constantFrom(
  '# Inbox',
  '## Active Messages',
  '## Pending',
  '---\n\n## Archived Messages',
  '## Notes',
  '### Today',
  '#### Deep à',
  '## Message Templates\n\n### Message: msg-XXX\n\n```json\n{ "id": "msg-XXX", "type": "A|B" }\n```\n\n## Active Messages',
);
const fences = fc.constantFrom(
  '```bash\n# comment\n## step\nls\n```',
  '```\nplain\n```',
  '~~~text\nplain\n~~~',
  '````markdown\n```json\n{ "id": "ex-1", "type": "INFO" }\n```\n````',
  '```json\n{ "port": 8080 }\n```',
  '```python\nnever closed',
  '```json\n{ "id": "broken-1", oops\n```',
);

type Part = { text: string } | { block: FencedBlock };
const part: fc.Arbitrary<Part> = fc.oneof(
  { weight: 3, arbitrary: fenced.map((block) => ({ block })) },
  { weight: 1, arbitrary: prose.map((text) => ({ text })) },
  { weight: 2, arbitrary: headings.map((text) => ({ text })) },
  { weight: 1, arbitrary: fences.map((text) => ({ text })) },
);

/** Inbox files as people, agents and tools leave them. */
export const inboxFiles: fc.Arbitrary<Generated> = fc
  .record({
    parts: fc.array(part, { maxLength: 12 }),
    eol: fc.constantFrom('\n', '\r\n'),
    bom: fc.boolean(),
    blank: fc.constantFrom(1, 2),
    finalBreak: fc.boolean(),
  })
  .map(({ parts, eol, bom, blank, finalBreak }) => {
    const messages: Placed[] = [];
    const chunks: Buffer[] = bom ? [Buffer.from('\ufeff')] : [];
    let offset = bom ? 3 : 0;
    const write = (text: string) => {
      const bytes = Buffer.from(text.replaceAll('\n', eol));
      chunks.push(bytes);
      offset += bytes.length;
    };
    for (const [index, item] of parts.entries()) {
      if ('text' in item) write(item.text);
      else messages.push(writeMessage(item.block, index, () => offset, write));
      write(index < parts.length - 1 ? '\n'.repeat(1 + blank) : finalBreak ? '\n' : '');
      const last = messages.at(-1);
      if (last?.to === -1) last.to = offset - (index < parts.length - 1 ? blank * eol.length : 0);
    }
    return { bytes: Buffer.concat(chunks), messages };
  });

function writeMessage(block: FencedBlock, index: number, at: () => number, write: (text: string) => void): Placed {
  const uid = `uid-${index}`;
  const id = `msg-${String(index + 1).padStart(3, '0')}`;
  const { heading, marks, indent, gap, extra } = block;
  const content = { details: block.details, context: extra, attachments: [] };
  const json = JSON.stringify(messageOf(id, { uid, status: block.status, subject: block.subject, content }), null, indent);
  const from = at();
  if (heading !== '') write(`${heading.replace('ID', id)}\n${gap ? '\n' : ''}`);
  const fence = at() <= 3 ? 0 : at() - 1;
  write(`${marks}json\n${json}\n${marks}`);
  return { uid, message: JSON.parse(json), from, fence, to: -1 };
}
