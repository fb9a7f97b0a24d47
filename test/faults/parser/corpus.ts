import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';

const FIXTURES = new URL('../../../fixtures/', import.meta.url);

/** Inbox files as people, agents, editors and merges leave them. */
export const CORPUS: readonly { folder: string; name: string; bytes: Buffer }[] = ['inboxes', 'editor-saves'].flatMap((folder) =>
  readdirSync(new URL(folder, FIXTURES))
    .sort()
    .map((name) => ({ folder, name, bytes: readFileSync(new URL(`${folder}/${name}`, FIXTURES)) })),
);

/** What does harm where it is put in. */
const TOKENS = [
  '\n',
  '\r\n',
  '\r',
  '\ufeff',
  '\u0000',
  '\u2028',
  '```',
  '\n```\n',
  '\n```json\n',
  '\n````markdown\n',
  '\n~~~\n',
  '\n~~~~json\n',
  '\n   ```\n',
  '\n<<<<<<< HEAD\n',
  '\n||||||| 1a2b3c4\n',
  '\n=======\n',
  '\n>>>>>>> theirs\n',
  '\n## Archived Messages\n',
  '\n## Active Messages\n',
  '\n# Message Templates\n',
  '\n### Message: msg-777\n',
  '\n---\n',
  '\n* item\n',
  '\t',
  '{',
  '}',
  '"',
  '\\',
  '\\ud800',
  '// comment\n',
  ',',
  '1e999',
  '-0',
  '9007199254740993',
  '"__proto__":{"polluted":true},',
  '"constructor":{"prototype":{"polluted":true}},',
  '"id":"msg-001",',
  '"id": {"toString": 1},',
  '[[[[[[[[',
  '{"id":"msg-778","type":"INFO","sender":"gpt"}',
].map((token) => Buffer.from(token));
/** Lone surrogates, overlong forms and halves of characters, as no UTF-8 has them. */
const NO_UTF8 = [[0xed, 0xa0, 0x80], [0xc0, 0x80], [0xff], [0xc3], [0xe2, 0x80], [0xf4, 0x90, 0x80, 0x80]].map((bytes) =>
  Buffer.from(bytes),
);

type Mutation = {
  kind: 'flip' | 'cut' | 'double' | 'insert' | 'splice';
  at: number;
  length: number;
  value: number;
  token: Buffer;
  other: Buffer;
};

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('flip', 'cut', 'double', 'insert', 'insert', 'splice'),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(12), fc.nat(600)),
  value: fc.nat(255),
  token: fc.constantFrom(...TOKENS, ...NO_UTF8),
  other: fc.constantFrom(...CORPUS.map(({ bytes }) => bytes)),
});

/** A file of the corpus after some accidents. */
export const damagedFiles: fc.Arbitrary<Buffer> = fc
  .record({ file: fc.constantFrom(...CORPUS), mutations: fc.array(mutation, { minLength: 1, maxLength: 6 }) })
  .map(({ file, mutations }) => legible(mutations.reduce(mutated, file.bytes)));

/** Shown as text, one character a byte, where a run fails. */
function legible(bytes: Buffer): Buffer {
  return Object.assign(Buffer.from(bytes), { [fc.toStringMethod]: () => `${JSON.stringify(bytes.toString('latin1'))} as latin1` });
}

function mutated(bytes: Buffer, { kind, at: share, length, value, token, other }: Mutation): Buffer {
  const at = Math.floor(share * bytes.length);
  const [before, after] = [bytes.subarray(0, at), bytes.subarray(at)];
  if (kind === 'cut') return Buffer.concat([before, after.subarray(length)]);
  if (kind === 'double') return Buffer.concat([before, after.subarray(0, length), after]);
  if (kind === 'insert') return Buffer.concat([before, token, after]);
  // The end of another file, from about the same place.
  if (kind === 'splice') return Buffer.concat([before, other.subarray(Math.floor(share * other.length))]);
  const flipped = Buffer.from(bytes);
  if (at < flipped.length) flipped[at] = value;
  return flipped;
}
