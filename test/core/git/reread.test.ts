import { describe, expect, it } from 'vitest';
import { commonEnd, commonStart } from '../../../src/core/git/common-bytes.ts';
import { type Reading, readAgain, readWhole } from '../../../src/core/git/reread.ts';

const seen = ({ placed, bytes }: Reading) =>
  placed.map(({ block: { id, json, section, place, kind }, start, end }) => ({
    id,
    json,
    section,
    place,
    kind,
    text: bytes.toString('latin1', start, end),
  }));

function block(n: number, status: string, more = ''): string {
  const message = {
    id: `msg-${n}`,
    timestamp: '2026-01-17T12:00:00Z',
    sender: 'gpt',
    recipient: 'claude',
    type: 'INFO',
    status,
    subject: `ä ${n}${more}`,
  };
  return `### Message: msg-${n}\n\n\`\`\`json\n${JSON.stringify(message, null, 2)}\n\`\`\`\n\n`;
}

/** Parts that a file is put together of; what reaches further than itself is among them. */
const ODD = [
  '## Archived Messages\n\n',
  '## Active Messages\n\n',
  '# Archive\n\n',
  '### Archived\n\n',
  '## Message Templates\n\n',
  '## Notes\n\n',
  'Some prose.\n\n',
  '````\n',
  '```json\n{"id": "msg-5", \n```\n',
  '```json\n{"other": 1}\n```\n',
  '```\n',
  '~~~\n',
  '```json\n',
  '### Message: msg-3\n',
  '---\n\n',
  '   # Indented\n',
  '\ufeff# With a mark\n',
  'no line break',
];

describe('a version is understood by the one before it', () => {
  it('as it is by itself, whatever was changed', () => {
    const random = randomFrom(7);
    let parsedInPart = 0;
    for (let round = 0; round < 600; round += 1) {
      const odd = round % 3 === 0 ? 0.25 : 0.02;
      const piece = () => {
        const n = Math.floor(random() * 9);
        if (random() < odd) return ODD[Math.floor(random() * ODD.length)] ?? '';
        return block(n, random() < 0.5 ? 'COMPLETED' : 'PENDING', '.'.repeat(Math.floor(random() * 3)));
      };
      const parts = ['# Inbox\n\n', '## Active Messages\n\n', ...list(4, piece), '---\n\n## Archived Messages\n\n', ...list(4, piece)];
      let reading = readWhole(Buffer.from(parts.join('')));
      for (let step = 0; step < 6; step += 1) {
        const at = Math.floor(random() * (parts.length + 1));
        const deed = random();
        if (deed < 0.5) parts.splice(at, deed < 0.25 ? 0 : 1, piece());
        else if (deed < 0.75) parts.splice(at, 1);
        else parts.push(...parts.splice(at, 1));
        const bytes = Buffer.from(parts.join(''));
        const [again, whole] = [readAgain(bytes, reading), readWhole(bytes)];
        expect(seen(again), JSON.stringify({ before: reading.bytes.toString(), after: bytes.toString() })).toEqual(seen(whole));
        if (again.placed.some(({ block }) => reading.placed.some((one) => one.block === block))) parsedInPart += 1;
        expect(again.plain).toBe(whole.plain);
        reading = again;
      }
    }
    // Otherwise this test would say nothing.
    expect(parsedInPart).toBeGreaterThan(800);
  });

  it.each([
    ['a fence that is none any more', `# Inbox\n\n${block(1, 'PENDING').trimEnd()}`, (text: string) => `${text}x\n`],
    [
      'a heading within an archive that is nested otherwise',
      `# Inbox\n\n# Archive\n\n${block(1, 'COMPLETED')}${block(2, 'COMPLETED')}## Notes\n\n${block(3, 'COMPLETED')}`,
      (text: string) => text.replace('ä 2', 'other').replace('ä 3', 'other'),
    ],
  ])('also with %s', (_, before, change) => {
    const after = Buffer.from(change(before));
    expect(seen(readAgain(after, readWhole(Buffer.from(before))))).toEqual(seen(readWhole(after)));
  });

  it('and what did not change is the same object', () => {
    const before = readWhole(Buffer.from(`# Inbox\n\n${block(1, 'PENDING')}${block(2, 'PENDING')}${block(3, 'PENDING')}`));
    const after = readAgain(Buffer.from(before.bytes.toString().replace('ä 2', 'other')), before);
    expect(after.placed.map(({ block }, n) => block === before.placed[n]?.block)).toEqual([true, false, true]);
  });
});

describe('common bytes', () => {
  it('are counted beyond any stride', () => {
    const a = Buffer.from(`${'x'.repeat(9000)}a${'y'.repeat(9000)}`);
    const b = Buffer.from(`${'x'.repeat(9000)}bcd${'y'.repeat(9000)}`);
    expect(commonStart(a, b)).toBe(9000);
    expect(commonEnd(a, b, a.length - 9000)).toBe(9000);
    expect(commonStart(a, a)).toBe(a.length);
    expect(commonEnd(a, b, 17)).toBe(17);
    expect(commonStart(a, Buffer.alloc(0))).toBe(0);
  });
});

function list<T>(most: number, make: () => T): T[] {
  return Array.from({ length: most }, make);
}

/** mulberry32 */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
