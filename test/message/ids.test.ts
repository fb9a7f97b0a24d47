import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareIds, formatId, idNumber, isPlaceholderId } from '../../src/message/ids.ts';

test.each([
  [1, 'msg-001'],
  [42, 'msg-042'],
  [999, 'msg-999'],
  [1000, 'msg-1000'],
])('formatId(%d) is %s', (n, id) => {
  expect(formatId(n)).toBe(id);
});

test.each(['msg-', 'msg-x', 'msg-1a', 'MSG-1', ' msg-1', 'msg--1', 'msg-9999999999999999', '', undefined, 7])('%s has no number', (id) => {
  expect(idNumber(id)).toBeUndefined();
});

test('the number comes back', () => {
  fc.assert(fc.property(fc.nat(), (n) => idNumber(formatId(n)) === n));
});

test.each([
  ...['msg-XXX', 'msg-NNN', 'msg-xxx', 'msg-YYY', 'msg-###', 'msg-???', 'msg-___', 'msg-...', 'msg-…', 'msg-00X', 'msg-0NN'],
  ...['<id>', '{id}', '{{id}}', '[id]', 'msg-<number>', 'msg-{n}'],
])('%s stands for an id', (id) => {
  expect(isPlaceholderId(id)).toBe(true);
});

test.each(['msg-001', 'msg-000', 'msg-abc', 'msg-x1', '0b0c8a6e-5a0e', 'X', '', 'a<b>', undefined])('%s is an id', (id) => {
  expect(isPlaceholderId(id)).toBe(false);
});

test('ids are ordered by number, other forms after them', () => {
  expect(['b', 'msg-10', 'a', 'msg-9', 'msg-009'].sort(compareIds)).toEqual(['msg-009', 'msg-9', 'msg-10', 'a', 'b']);
});
