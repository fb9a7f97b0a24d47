import { describe, expect, it } from 'vitest';
import { appendMessage, blocksOf, parseInbox, problemsOf, renderInbox } from '../../src/inbox/inbox.ts';
import { blockText, messageOf } from './message.ts';
import { parsedLength } from './parsed-length.ts';

const MB = 1 << 20;

/** Files on which anything worse than linear runs into the timeout. */
const files: Record<string, () => string> = {
  '20,000 fences that nobody closed': () => '```bash\nls\n'.repeat(20_000),
  '20,000 tildes that nobody closed': () => '~~~x\n'.repeat(20_000),
  '20,000 json fences that nobody closed': () => '```json\n{"id": "a-1", "type": \n'.repeat(20_000),
  '20,000 json fences that are indented': () => '  ```json\n{"id":\n'.repeat(20_000),
  '20,000 json fences in tildes': () => '~~~json\n{"id":\n'.repeat(20_000),
  'fences that get shorter': () =>
    Array.from({ length: 2000 }, (_, index) => `${'`'.repeat(2003 - index)}x\n${'~'.repeat(2003 - index)}y\n`).join('') +
    '~~~\n```\n'.repeat(100_000),
  'one line of 5 MB': () => 'x'.repeat(5 * MB),
  'one line of backticks': () => '`'.repeat(5 * MB),
  'a heading of 5 MB': () => `# ${'# '.repeat(2.5 * MB)}`,
  'a line of white space before a word': () => `# a${' '.repeat(5 * MB)}b\n${' '.repeat(5 * MB)}`,
  '100,000 headings': () => '## Notes\n'.repeat(100_000),
  '100,000 archives and templates': () => '## Archived\n### Templates\n'.repeat(50_000),
  'a million blank lines': () => `## Active\n${'\n'.repeat(MB)}## Archived\n`,
  'a million rules': () => `## Active\n\n${'---\n\n'.repeat(MB / 2)}## Archived\n`,
  'white space in an open fence': () => `\`\`\`json\n{"id": "a-1", "type": "X"}${' '.repeat(5 * MB)}x`,
  'JSON nested deeper than the stack goes': () => `\`\`\`json\n{"id": "a-1", "type": ${'['.repeat(MB)}\n\`\`\`\n`,
  'a megabyte of "id"': () => `\`\`\`json\n{${'"id" '.repeat(MB / 4)}\n\`\`\`\n`,
};

describe('pathological files take linear time', () => {
  it.each(Object.entries(files))('%s', (_, make) => {
    const bytes = Buffer.from(make());
    const doc = parseInbox(bytes);
    problemsOf(doc);
    expect(renderInbox(doc).equals(bytes)).toBe(true);
    const after = parseInbox(renderInbox(appendMessage(doc, messageOf('msg-001'))));
    expect(blocksOf(after).some(({ id }) => id === 'msg-001')).toBe(true);
  });

  it('each byte of many messages is parsed once', () => {
    const texts = Array.from({ length: 200 }, (_, index) => blockText(`msg-${index}`));
    const bytes = Buffer.from(texts.join('\n'));
    const parsed = parsedLength(() => expect(blocksOf(parseInbox(bytes))).toHaveLength(200));
    expect(parsed).toBeLessThanOrEqual(bytes.length);
  });
});
