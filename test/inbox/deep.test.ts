import { expect, test } from 'vitest';
import { blocksOf, parseInbox, problemsOf, renderInbox } from '../../src/inbox/inbox.ts';

test.each([101, 6_000, 100_000])('a message nested %i levels deep is broken, in its place, and stays as it is', (levels) => {
  const deep = `${'['.repeat(levels)}${']'.repeat(levels)}`;
  const block = (id: string, context: string) =>
    `### Message: ${id}\n\n\`\`\`json\n{"id":"${id}","sender":"claude","type":"INFO","content":{"context":{"a":${context}}}}\n\`\`\`\n\n`;
  const bytes = Buffer.from(block('msg-001', '1') + block('msg-002', deep) + block('msg-003', '[[]]'));
  const doc = parseInbox(bytes);
  expect(blocksOf(doc).map(({ id, kind }) => `${id} ${kind}`)).toEqual(['msg-001 message', 'msg-002 broken', 'msg-003 message']);
  expect(problemsOf(doc)).toMatchObject([{ code: 'BAD_JSON', line: 10 }]);
  expect(renderInbox(doc).equals(bytes)).toBe(true);
});
