import { describe, expect, it } from 'vitest';
import { ageOf } from '../../src/cli/age.ts';
import { messageLines, messageText } from '../../src/cli/layout.ts';
import { PLAIN } from '../../src/cli/style.ts';
import { textTable } from '../../src/cli/text-table.ts';
import { displayWidth } from '../../src/cli/width.ts';
import type { Message } from '../../src/message/message.ts';

const NOW = Date.parse('2026-01-17T12:00:00Z');
const options = { style: PLAIN, now: NOW };

const message: Message = {
  id: 'msg-001',
  timestamp: '2026-01-17T11:57:00Z',
  sender: 'claude',
  recipient: 'gpt',
  type: 'BUG_REPORT',
  priority: 'high',
  status: 'PENDING',
  subject: 'Login fails',
  content: {
    details: 'First line.\nSecond line.',
    context: { steps: ['open', 'click'], line: 42, nested: { a: 1 } },
    attachments: ['a.log'],
  },
  references: ['msg-000'],
  requires_response: true,
};

it.each([
  ['', 0],
  ['abc', 3],
  ['ä', 1],
  ['a\u0308', 1],
  ['日本語', 6],
  ['한국', 4],
  ['Ｗ', 2],
  ['🚀', 2],
  ['👩‍💻', 2],
  ['→…', 2],
  ['\u001b[31mred\u001b[39m', 3],
])('%j takes %d columns', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

it.each([
  ['2026-01-17T12:00:00Z', 'just now'],
  ['2026-01-17T12:00:30Z', 'just now'],
  ['2026-01-17T11:59:15Z', '45s ago'],
  ['2026-01-17T11:57:00Z', '3m ago'],
  ['2026-01-17T09:30:00Z', '2h ago'],
  ['2026-01-15T09:30:00Z', '2d ago'],
  ['2025-11-01T00:00:00Z', '2025-11-01'],
  ['2026-01-17T15:00:00Z', 'in 3h'],
  ['yesterday', 'yesterday'],
])('%s is %s', (iso, age) => {
  expect(ageOf(iso, NOW)).toBe(age);
});

describe('a table', () => {
  it('aligns columns by what the eye sees, and leaves empty ones out', () => {
    expect(
      textTable([
        ['日本', '', 'one'],
        ['a', '', 'two'],
        ['', '', 'three'],
      ]),
    ).toBe('日本  one\na     two\n      three');
  });

  it('cuts nothing off', () => {
    expect(textTable([['x', 'y'.repeat(500)]])).toHaveLength(503);
  });
});

describe('a message', () => {
  it('can be chosen from a list of 60 columns', () => {
    const lines = messageLines(message, options).split('\n');
    expect(lines).toEqual(['msg-001  BUG_REPORT  high  PENDING  claude → gpt  3m ago', '  Login fails']);
    expect(Math.max(...lines.map(displayWidth))).toBeLessThanOrEqual(60);
  });

  it('can be read', () => {
    expect(messageText(message, options)).toBe(
      [
        'msg-001  BUG_REPORT  high  PENDING',
        'Login fails',
        'from: claude',
        'to: gpt',
        'sent: 2026-01-17T11:57:00Z (3m ago)',
        'follows: msg-000',
        'wants an answer: yes',
        'attached: a.log',
        '',
        'First line.',
        'Second line.',
        '',
        'steps:',
        '  - open',
        '  - click',
        'line: 42',
        'nested: {"a":1}',
      ].join('\n'),
    );
  });

  it('cannot do anything to a terminal', () => {
    const evil = '\u001b]52;c;aGk=\u0007\u001b[2J\u202egnp\r\n\u0000';
    const hostile = JSON.parse(
      JSON.stringify({ ...message, id: evil, type: evil, sender: evil, subject: evil, references: [evil], delivery: { last_error: evil } }),
    ) as Message;
    hostile.content = {
      details: evil,
      context: { [evil]: evil, list: [evil], deep: { [evil]: evil } },
      attachments: [evil, { path: evil }],
    };
    for (const text of [messageLines(hostile, options), messageText(hostile, options)]) {
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
    }
    // A subject with a line break must not look like another message.
    expect(messageLines({ ...message, subject: 'a\nmsg-002  ACK' }, options).split('\n')).toHaveLength(2);
  });

  it('may lack what the schema requires, since people write by hand', () => {
    const bare = JSON.parse('{"id": 7, "content": {}}') as Message;
    expect(messageLines(bare, options)).toContain('7  ?');
    expect(messageText(bare, options)).toBe('7  ?  ?  ?\n?');
    const strange = JSON.parse(
      '{"id": "x", "references": "msg-1", "content": {"details": 1, "attachments": [null], "context": "c"}}',
    ) as Message;
    expect(messageText(strange, options)).toContain('follows: msg-1\nattached: ?\n\n1');
    expect(messageText(JSON.parse('{"id": "x"}') as Message, options)).toContain('x  ?');
  });
});
