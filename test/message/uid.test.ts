import fc from 'fast-check';
import { expect, test } from 'vitest';
import { completeMessage } from '../../src/message/complete.ts';
import { contentHash, uidOf } from '../../src/message/uid.ts';
import { anyJson, info } from './fixtures.ts';

test('a uid is taken as it is', () => {
  expect(uidOf(info({ uid: 'u-1' }))).toBe('u-1');
});

test('without one it is the hash of what never changes', () => {
  const message = info();
  expect(uidOf(message)).toBe(`h-${contentHash(message)}`);
  expect(uidOf(info({ uid: '' }))).toBe(uidOf(message));
});

test.each([
  { id: 'msg-099' },
  { recipient: 'gemini' },
  { status: 'COMPLETED' },
  { priority: 'low' },
  { delivery: { attempts: 1 } },
  { metadata: { original_id: 'x' } },
])('%j leaves the hash as it is', (change) => {
  expect(contentHash(info(change))).toBe(contentHash(info()));
});

test.each([
  { timestamp: '2026-01-17T12:00:01Z' },
  { sender: 'gemini' },
  { type: 'QUERY' },
  { subject: 'Another' },
  { references: ['msg-001'] },
  { content: { details: 'Full message content', context: { a: 1 }, attachments: [] } },
])('%j changes the hash', (change) => {
  expect(contentHash(info(change))).not.toBe(contentHash(info()));
});

test('the order of members does not count', () => {
  const a = info({ content: { details: 'd', context: { x: 1, y: { p: 1, q: 2 } }, attachments: [] } });
  const b = info({ content: { attachments: [], context: { y: { q: 2, p: 1 }, x: 1 }, details: 'd' } });
  expect(contentHash(a)).toBe(contentHash(b));
});

test('the hash of a message stays when what it left out is written down', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      const message = completeMessage(Object(json));
      const written = JSON.parse(JSON.stringify(message));
      expect(contentHash(completeMessage(written))).toBe(contentHash(message));
    }),
  );
});

test('the hash does not change between versions, since workspaces hold it', () => {
  expect(contentHash(info())).toMatchInlineSnapshot(`"fs9be2r11v28urstboqtx"`);
});
