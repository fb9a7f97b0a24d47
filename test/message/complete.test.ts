import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { completeMessage } from '../../src/message/complete.ts';
import { PRIORITIES, STATUSES } from '../../src/message/message.ts';
import { inspectMessage } from '../../src/message/validate.ts';
import { anyJson, fixture, fixturesIn } from './fixtures.ts';

test.each(fixturesIn('messages'))('%s is complete afterwards', (path) => {
  const complete = completeMessage(fixture(path));
  expect(inspectMessage(complete).filter(({ path }) => path !== '/content/context/files' && path !== '/requires_response')).toEqual([]);
});

test.each(fixturesIn('messages').filter((path) => !path.includes('sparse')))('%s was complete before', (path) => {
  expect(completeMessage(fixture(path))).toEqual(fixture(path));
});

test('what is left out gets its default', () => {
  expect(completeMessage({ type: 'QUESTION', content: { details: '\nWhy?\nBecause.' } })).toEqual({
    ...{ id: '', timestamp: '', sender: '', recipient: '', type: 'QUESTION', priority: 'medium', status: 'PENDING', subject: 'Why?' },
    content: { details: '\nWhy?\nBecause.', context: {}, attachments: [] },
    references: [],
    requires_response: true,
  });
});

describe('a value whose meaning is plain is put right', () => {
  test.each<[Record<string, unknown>, Record<string, unknown>]>([
    [{ priority: 9 }, { priority: 'critical' }],
    [{ priority: 'HIGH' }, { priority: 'high' }],
    [{ priority: 'soon' }, { priority: 'medium' }],
    [{ status: 'in progress' }, { status: 'IN_PROGRESS' }],
    [{ status: 'done' }, { status: 'COMPLETED' }],
    [{ status: 'processing' }, { status: 'IN_PROGRESS' }],
    [{ status: 'failed' }, { status: 'PENDING' }],
    [{ status: 'Blocked' }, { status: 'BLOCKED' }],
    [{ status: 'constructor' }, { status: 'PENDING' }],
    [{ type: 'bug-report' }, { type: 'BUG_REPORT', subject: 'BUG_REPORT', requires_response: true }],
    [{ type: 7 }, { type: 'INFO', subject: 'INFO' }],
    [{ id: 7 }, { id: '7' }],
    [{ content: 'Text' }, { subject: 'Text', content: { details: 'Text', context: {}, attachments: [] } }],
    [{ content: { details: 7, tone: 'calm' } }, { content: { details: '7', context: {}, attachments: [], tone: 'calm' } }],
    [{ references: 'msg-001' }, { references: ['msg-001'] }],
    [{ references: ['msg-001', 7, null] }, { references: ['msg-001'] }],
    [{ requires_response: 'True' }, { requires_response: true }],
  ])('%j', (given, expected) => {
    expect(completeMessage(given)).toMatchObject(expected);
  });
});

test('a field that may be missing is left out rather than of a wrong type', () => {
  const given = {
    uid: 7,
    channel: null,
    correlation_id: null,
    metadata: [],
    expires_at: 0,
    expected_response_time: '15',
    delivery: { attempts: 'x', last_error: 'e' },
  };
  const complete = completeMessage(given);
  expect(Object.keys(complete)).not.toEqual(expect.arrayContaining(['uid']));
  for (const name of ['uid', 'channel', 'correlation_id', 'metadata', 'expires_at', 'expected_response_time'])
    expect(complete).not.toHaveProperty(name);
  expect(complete.delivery).toEqual({ last_error: 'e' });
});

test('unknown fields are kept, also one named __proto__', () => {
  const complete = completeMessage(JSON.parse('{"mood": "good", "__proto__": {"status": "COMPLETED"}}'));
  expect(complete.status).toBe('PENDING');
  expect(JSON.parse(JSON.stringify(complete))).toHaveProperty('mood', 'good');
  expect(JSON.stringify(complete)).toContain('"__proto__":{"status":"COMPLETED"}');
});

test('any JSON comes out with the types of a message, the same a second time, and stays as it was', () => {
  fc.assert(
    fc.property(anyJson, (json) => {
      const given = Object(json);
      const before = JSON.stringify(given);
      const complete = completeMessage(given);
      expect(JSON.stringify(given)).toBe(before);
      expect(completeMessage(complete)).toEqual(complete);
      expect(PRIORITIES).toContain(complete.priority);
      expect(STATUSES).toContain(complete.status);
      for (const text of [complete.id, complete.sender, complete.type, complete.subject, complete.content.details])
        expect(text).toBeTypeOf('string');
      // What is left to say is about what cannot be made up, never about a type.
      expect(inspectMessage(complete).filter(({ code, path }) => code === 'WRONG_TYPE' && !path?.startsWith('/content/context'))).toEqual(
        [],
      );
    }),
    { numRuns: 500 },
  );
});
