import { describe, expect, test } from 'vitest';
import { type MessageFilter, matches } from '../../src/message/filter.ts';
import { info } from './fixtures.ts';

const message = info({
  id: 'msg-042',
  type: 'context.query',
  subject: 'The Save Button',
  content: { details: 'It "ends" the\ngame.', context: { files: ['src/Save.ts'], deep: [{ line: 17 }] }, attachments: ['notes.txt'] },
  references: ['msg-001'],
  channel: 'general',
  correlation_id: 'corr-1',
});

describe('matches', () => {
  test.each<[MessageFilter, boolean]>([
    [{}, true],
    [{ status: [], type: [], priority: [], sender: [] }, true],
    [{ status: ['BLOCKED', 'PENDING'] }, true],
    [{ status: ['BLOCKED'] }, false],
    [{ type: ['context.query'] }, true],
    [{ type: ['CONTEXT.QUERY'] }, true],
    [{ type: ['context.*'] }, true],
    [{ type: ['con.*'] }, false],
    [{ type: ['INFO', 'context'] }, false],
    [{ priority: ['high'] }, true],
    [{ priority: ['low'] }, false],
    [{ sender: ['claude'] }, true],
    [{ sender: ['gpt'] }, false],
    [{ text: 'MSG-042' }, true],
    [{ text: 'save button' }, true],
    [{ text: '"ends" the\ngame' }, true],
    [{ text: 'SRC/SAVE' }, true],
    [{ text: '17' }, true],
    [{ text: 'files' }, false],
    [{ text: 'notes.txt' }, false],
    [{ text: 'general' }, false],
    [{ text: '' }, true],
    [{ channel: 'general' }, true],
    [{ channel: 'other' }, false],
    [{ correlationId: 'corr-1' }, true],
    [{ correlationId: 'corr' }, false],
    [{ references: 'msg-001' }, true],
    [{ references: 'msg-042' }, false],
    [{ since: Date.parse('2026-01-17T12:00:00Z') }, true],
    [{ since: Date.parse('2026-01-17T12:00:01Z') }, false],
    [{ sender: ['claude'], priority: ['low'] }, false],
  ])('%j: %s', (filter, expected) => {
    expect(matches(filter)(message)).toBe(expected);
  });

  test('takes a type in any case', () => {
    expect(matches({ type: ['info'] })(info())).toBe(true);
  });

  test('searches what is nested deeper than the call stack', () => {
    const context = JSON.parse(`${'{"a":'.repeat(50_000)}"needle"${'}'.repeat(50_000)}`);
    expect(matches({ text: 'needle' })(info({ content: { details: '', context, attachments: [] } }))).toBe(true);
  });
});
