import { expect, test } from 'vitest';
import { isPlaceholderId } from '../../src/message/ids.ts';
import { BUILT_IN_TYPES } from '../../src/message/message.ts';
import { templateOf } from '../../src/message/template.ts';
import { validateMessage } from '../../src/message/validate.ts';
import { thrownBy } from './thrown.ts';

const parties = { sender: 'claude', recipient: 'gpt' };

test.each([...BUILT_IN_TYPES, 'context.query'])('the template of %s is valid', (type) => {
  expect(validateMessage(templateOf(type, parties))).toEqual([]);
});

test('a template cannot be taken for a message', () => {
  expect(isPlaceholderId(templateOf('INFO', parties).id)).toBe(true);
});

test('id and timestamp are taken from the caller', () => {
  const own = { id: 'msg-007', timestamp: '2026-02-01T00:00:00Z' };
  expect(templateOf('info', { ...parties, ...own })).toMatchObject({ ...own, ...parties, type: 'INFO' });
});

test('templates share nothing', () => {
  const [a, b] = [templateOf('BUG_REPORT', parties), templateOf('BUG_REPORT', parties)];
  a.content.context.file = 'changed';
  a.references.push('msg-009');
  expect(b).toEqual(templateOf('BUG_REPORT', parties));
  expect(b.content.context.file).not.toBe('changed');
});

test('there is none of an unknown type', () => {
  expect(thrownBy(() => templateOf('BUG', parties)).code).toBe('UNKNOWN_TYPE');
});
