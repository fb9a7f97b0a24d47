import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendMessage, blocksOf, parseInbox, problemsOf, renderInbox, updateMessage } from '../../src/inbox/inbox.ts';
import { blockText, messageOf } from '../inbox/message.ts';
import { parsedLength } from '../inbox/parsed-length.ts';
import { LONG } from '../long.ts';
import { figure } from './figure.ts';
import { CORPUS, damagedFiles } from './parser/corpus.ts';
import { ACCIDENTS, CLEAN, HABITS, IDS } from './parser/habits.ts';
import { holdsForAnyBytes } from './parser/invariants.ts';
import { SAVED } from './parser/saved.ts';

const MB = 1 << 20;
const { COMMS_TEST_SEED: seed, COMMS_TEST_PATH: path } = process.env;

const messagesIn = (bytes: Buffer) =>
  new Map(blocksOf(parseInbox(bytes)).flatMap(({ kind, id, message }) => (kind === 'message' ? [[id, message]] : [])));
const wanted = messagesIn(Buffer.from(CLEAN));

describe('a file that was saved by', () => {
  test.each(Object.entries(HABITS))('%s: every message is there, as it was', (_, save) => {
    const saved = save(CLEAN);
    expect(saved).not.toBe(CLEAN);
    const bytes = Buffer.from(saved);
    expect(messagesIn(bytes)).toEqual(wanted);
    expect(problemsOf(parseInbox(bytes)).filter(({ severity }) => severity === 'error')).toEqual([]);
    for (let pick = 0; pick < IDS.length; pick++) holdsForAnyBytes(bytes, pick);
    // The place of each message is that of its fence.
    for (const { id, line } of blocksOf(parseInbox(bytes))) {
      const from = saved
        .split('\n')
        .slice(line - 1, line + 60)
        .join('\n');
      expect(from).toMatch(/^\ufeff?\s*(?:`{3,}|~{3,}) ?json/i);
      expect(from.indexOf(`"${id}"`), `${id} is in the fence in line ${line}`).toBeGreaterThan(0);
    }
  });
});

describe('a file with', () => {
  test.each(Object.entries(ACCIDENTS))('%s: what is whole is there, what is not is reported, and both survive edits', (_, accident) => {
    const text = accident.do(CLEAN);
    expect(text).not.toBe(CLEAN);
    const bytes = Buffer.from(text);
    const found = messagesIn(bytes);
    for (const id of accident.whole) expect(found.get(id), id).toEqual(wanted.get(id));
    const codes = problemsOf(parseInbox(bytes)).map(({ code }) => code);
    if (accident.reported !== undefined) expect(codes).toContain(accident.reported);
    for (let pick = 0; pick < 6; pick++) holdsForAnyBytes(bytes, pick);
  });
});

describe('a file that a program really wrote', () => {
  test('each is known', () => {
    const names = CORPUS.filter(({ folder }) => folder === 'editor-saves').map(({ name }) => name);
    expect(names).toEqual(Object.keys(SAVED).sort());
  });

  test.each(Object.entries(SAVED))('%s: what is whole is there, what is not is reported', (name, { whole, reported }) => {
    const bytes = CORPUS.find((file) => file.name === name)?.bytes ?? Buffer.alloc(0);
    const found = messagesIn(bytes);
    for (const id of whole) expect(found.get(id), id).toEqual(wanted.get(id));
    expect([...new Set(problemsOf(parseInbox(bytes)).map(({ code }) => code))].sort()).toEqual(reported);
    for (let pick = 0; pick < 6; pick++) holdsForAnyBytes(bytes, pick);
  });
});

describe('JSON that means trouble', () => {
  const odd =
    '"big": 1e999, "exact": 12345678901234567890.10, "minus": -0, "twice": 1, "twice": 2, "lone": "\\ud800 \\udc00", "__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}, "": {"hasOwnProperty": 1}';
  const block = blockText('msg-001').replace('"priority"', `${odd}, "priority"`);

  test('huge numbers, repeated keys, halves of characters and prototype keys are kept by every edit of another field', () => {
    const doc = parseInbox(Buffer.from(block));
    const [one] = blocksOf(doc);
    if (!one?.message) throw new Error('The message is not found.');
    const after = renderInbox(updateMessage(doc, one, { ...one.message, status: 'COMPLETED' })).toString();
    expect(after).toBe(block.replace('"PENDING"', '"COMPLETED"'));
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    holdsForAnyBytes(Buffer.from(block), 0);
  });

  test('of a repeated key the last one counts, and is the one that is edited', () => {
    const doc = parseInbox(Buffer.from(block));
    const [one] = blocksOf(doc);
    if (!one?.message) throw new Error('The message is not found.');
    const after = renderInbox(updateMessage(doc, one, { ...one.message, twice: 3 })).toString();
    expect(after).toBe(block.replace('"twice": 2', '"twice": 3'));
  });

  test('halves of characters as bytes make a block that is not UTF-8, and that stays', () => {
    const broken = Buffer.concat([
      Buffer.from(block.slice(0, 60)),
      Buffer.from([0xed, 0xa0, 0x80]),
      Buffer.from(`${block.slice(60)}\n${blockText('msg-002')}`),
    ]);
    expect(blocksOf(parseInbox(broken)).map(({ kind, id }) => `${kind} ${id}`)).toEqual(['broken msg-001', 'message msg-002']);
    expect(problemsOf(parseInbox(broken)).map(({ code }) => code)).toContain('INVALID_UTF8');
    holdsForAnyBytes(broken, 1);
  });
});

test('no accident to a file of the corpus breaks what holds of any bytes', () => {
  let files = 0;
  let blocks = 0;
  const property = fc.property(damagedFiles, fc.nat(9), (bytes, pick) => {
    files += 1;
    blocks += holdsForAnyBytes(bytes, pick);
  });
  const replay = { ...(seed !== undefined && { seed: Number(seed) }), ...(path !== undefined && { path }) };
  fc.assert(property, { numRuns: LONG ? 60_000 : 600, ...replay });
  for (const { bytes } of CORPUS) for (let pick = 0; pick < 10; pick++) holdsForAnyBytes(bytes, pick);
  figure('damaged files', files);
  // Most files still have messages, or the accidents would be too big to tell anything.
  expect(blocks / files).toBeGreaterThan(1);
});

describe('a line of some megabytes', () => {
  const size = (LONG ? 100 : 3) * MB;
  const long: Record<string, () => string> = {
    'of prose': () => 'x'.repeat(size),
    'of one string in a message': () => blockText('msg-050', { content: { details: '"'.repeat(size / 2), context: {}, attachments: [] } }),
    'of one message': () =>
      blockText('msg-050', { content: { details: 'ä'.repeat(size / 2), context: {}, attachments: [] } }).replaceAll('\n  ', ''),
    'of JSON that does not end': () => `\`\`\`json\n{"id": "msg-050", "type": "INFO", "subject": "${'y'.repeat(size)}\n\`\`\`\n`,
    'of a heading': () => `### Message: ${'z'.repeat(size)}`,
  };
  test.each(Object.entries(long))('%s: the messages beside it are found, edited and put in', (_, make) => {
    const bytes = Buffer.from(`${blockText('msg-001')}\n${make()}\n\n${blockText('msg-002')}`);
    const doc = parseInbox(bytes);
    expect(renderInbox(doc).equals(bytes)).toBe(true);
    problemsOf(doc);
    const before = blocksOf(doc).find(({ id }) => id === 'msg-002');
    if (!before?.message) throw new Error('The message behind it is not found.');
    const edited = updateMessage(doc, before, { ...before.message, status: 'COMPLETED' });
    const after = renderInbox(appendMessage(edited, messageOf('msg-003')));
    const found = new Map(blocksOf(parseInbox(after)).map(({ id, message }) => [id, message?.status]));
    expect([found.get('msg-001'), found.get('msg-002'), found.get('msg-003')]).toEqual(['PENDING', 'COMPLETED', 'PENDING']);
  });
});

/** A file that may be made of any number of parts. */
const growing: Record<string, (parts: number) => string> = {
  messages: (parts) => Array.from({ length: parts }, (_, n) => blockText(`msg-${n}`)).join('\n'),
  'messages with one id': (parts) => `${blockText('msg-001')}\n`.repeat(parts),
  'copies of one message': (parts) =>
    Array.from({ length: parts }, (_, n) => blockText('msg-001', { uid: 'u', recipient: `agent-${n}` })).join('\n'),
  'broken messages': (parts) => '### Message: msg-001\n\n```json\n{ "id": "msg-001", oops }\n```\n\n'.repeat(parts),
  'fences in fences': (parts) => '````markdown\n```json\n{ "id": "x-1", "type": "INFO" }\n```\n````\n~~~\n```\n~~~\n'.repeat(parts),
  conflicts: (parts) => '<<<<<<< HEAD\n```json\n{ "id": "a-1",\n=======\n```json\n{ "id": "b-1",\n>>>>>>> theirs\n'.repeat(parts),
};

describe('the work grows with the size', () => {
  test.each(Object.entries(growing))('%s: eight times as many take less than thirty times as long', (_, make) => {
    const [few, many] = [Buffer.from(make(1_000)), Buffer.from(make(8_000))];
    // What is quadratic takes 64 times as long each time; a busy machine is slow by chance.
    const ratios = Array.from({ length: 3 }, () => secondsFor(many) / secondsFor(few));
    expect(Math.min(...ratios)).toBeLessThan(30);
  });

  test.each(Object.entries(growing))('%s: each byte goes through JSON.parse at most twice', (_, make) => {
    const bytes = Buffer.from(make(1000));
    const parsed = parsedLength(() => problemsOf(parseInbox(bytes)));
    expect(parsed).toBeLessThanOrEqual(2 * bytes.length);
  });
});

function secondsFor(bytes: Buffer): number {
  const began = performance.now();
  problemsOf(parseInbox(bytes));
  return performance.now() - began;
}
