import { expect, test } from 'vitest';
import { parseType } from '../../src/message/types.ts';
import { thrownBy } from './thrown.ts';

test.each([
  ['BUG_REPORT', 'BUG_REPORT'],
  ['bug_report', 'BUG_REPORT'],
  ['Bug-Report', 'BUG_REPORT'],
  [' bug report ', 'BUG_REPORT'],
  ['ack', 'ACK'],
  ['context.query', 'context.query'],
  ['context.query.response', 'context.query.response'],
])('%s is %s', (text, type) => {
  expect(parseType(text)).toBe(type);
});

test.each(['', 'BUG', 'context', 'Context.Query', '.a', 'a.', 'a..b', `a.${'b'.repeat(200)}`])('%s is no type', (text) => {
  expect(thrownBy(() => parseType(text))).toMatchObject({ code: 'UNKNOWN_TYPE', hint: expect.stringContaining('BUG_REPORT, FIX_REQUEST') });
});

test.each([
  ['bugreport', 'BUG_REPORT'],
  ['QUESTIN', 'QUESTION'],
  ['fix-requst', 'FIX_REQUEST'],
  ['Context.Query', 'context.query'],
])('%s was probably %s', (text, meant) => {
  const error = thrownBy(() => parseType(text));
  expect(error.hint).toContain(`Did you mean ${meant}? `);
  expect(error.details).toMatchObject({ nearest: meant });
});
