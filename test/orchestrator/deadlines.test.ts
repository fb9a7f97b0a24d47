import { describe, expect, test } from 'vitest';

import { dueAt, overdueIn } from '../../src/orchestrator/deadlines.ts';
import { ago, answer, copy, NOW, question } from './traffic.ts';

const MINUTE = 60_000;

describe('when an answer is due', () => {
  test.each<[string, Record<string, unknown>, number | undefined]>([
    ['so many minutes after it was sent', { timestamp: ago(60), expected_response_time: 30 }, NOW - 30 * MINUTE],
    ['a part of a minute', { timestamp: ago(60), expected_response_time: 0.5 }, NOW - 59.5 * MINUTE],
    ['never, where it says no time', { timestamp: ago(60) }, undefined],
    ['never, where the time is no number', { timestamp: ago(60), expected_response_time: '30' }, undefined],
    ['never, where the time is nothing', { timestamp: ago(60), expected_response_time: 0 }, undefined],
    ['never, where it is less than nothing', { timestamp: ago(60), expected_response_time: -5 }, undefined],
    ['never, where nobody knows when it was sent', { timestamp: 'yesterday', expected_response_time: 30 }, undefined],
    ['never, where there is no such date any more', { timestamp: ago(60), expected_response_time: 1e300 }, undefined],
  ])('%s', (_, change, expected) => {
    expect(dueAt(copy(change).message)).toBe(expected);
  });
});

describe('what is overdue', () => {
  const asked = () => question(60, { expected_response_time: 30 });
  const late = (copies: Parameters<typeof overdueIn>[0], groups = {}) =>
    overdueIn(copies, NOW, groups).map(({ copy: one }) => one.message.id);

  test('an open message past its time, with how late it is', () => {
    const one = asked();
    expect(overdueIn([one], NOW)).toEqual([{ copy: one, dueAt: NOW - 30 * MINUTE, overdueMs: 30 * MINUTE }]);
  });

  test.each([
    ['PENDING', true],
    ['IN_PROGRESS', true],
    ['BLOCKED', true],
    ['COMPLETED', false],
  ])('%s: %s', (status, expected) => {
    expect(late([question(60, { expected_response_time: 30, status })])).toHaveLength(expected ? 1 : 0);
  });

  test.each(['archived', 'dead', 'held'] as const)('nothing that is %s', (section) => {
    expect(late([question(60, { expected_response_time: 30, section })])).toEqual([]);
  });

  test('not at the very moment, but right after it', () => {
    const one = asked();
    const due = dueAt(one.message) ?? 0;
    expect(overdueIn([one], due)).toEqual([]);
    expect(overdueIn([one], due + 1)).toHaveLength(1);
  });

  test('what asks for no response, but says by when one is expected', () => {
    expect(late([copy({ expected_response_time: 30 })])).toHaveLength(1);
  });

  test('what is due longest comes first', () => {
    const [newer, older] = [question(60, { expected_response_time: 50 }), question(60, { expected_response_time: 10 })];
    expect(late([newer, older])).toEqual([older.message.id, newer.message.id]);
  });

  describe('answered', () => {
    test.each<[string, (one: ReturnType<typeof asked>) => ReturnType<typeof copy>, boolean]>([
      ['by its recipient', (one) => answer(one, 5), true],
      ['late, but answered', (one) => answer(one, 55), true],
      ['under the correlation id alone', (one) => answer(one, 5, { references: [], correlation_id: one.message.id }), true],
      ['by an answer whose time cannot be read', (one) => answer(one, 5, { timestamp: '?' }), true],
      ['by an answer that is held', (one) => answer(one, 5, { section: 'held' }), false],
      ['by an ACK only', (one) => answer(one, 5, { type: 'ACK' }), false],
      ['by a bounce only', (one) => answer(one, 5, { metadata: { bounce: true } }), false],
      ['by a replay only', (one) => answer(one, 5, { metadata: { replay_of: { id: 'msg-001' } } }), false],
      ['by somebody else', (one) => answer(one, 5, { sender: 'gemini' }), false],
      ['by its own sender', (one) => answer(one, 5, { sender: 'claude' }), false],
      ['before it was asked', (one) => answer(one, -5), false],
      [
        'with a reference to another message, though under its correlation id',
        (one) => answer(one, 5, { references: ['msg-x'], correlation_id: one.message.id }),
        false,
      ],
      ['by itself', (one) => answer(one, 5, { id: one.message.id, section: 'archived' }), false],
    ])('%s', (_, reply, isAnswered) => {
      const one = asked();
      expect(late([one, reply(one)])).toEqual(isAnswered ? [] : [one.message.id]);
    });

    test('of a group by any of its members, and by nobody else', () => {
      const one = question(60, { expected_response_time: 30, recipient: 'reviewers' });
      const reply = answer(one, 5, { sender: 'gemini' });
      expect(late([one, reply], { reviewers: ['gpt', 'gemini'] })).toEqual([]);
      expect(late([one, reply], { reviewers: ['gpt'] })).toEqual([one.message.id]);
      expect(late([one, reply], {})).toEqual([one.message.id]);
    });

    test('by one of two recipients: the other one still owes', () => {
      const [gpt, gemini] = ['gpt', 'gemini'].map((inbox) => question(60, { id: 'msg-b', expected_response_time: 30, recipient: inbox }));
      if (!gpt || !gemini) throw new Error('two copies');
      expect(overdueIn([gpt, gemini, answer(gpt, 5)], NOW).map(({ copy: { inbox } }) => inbox)).toEqual(['gemini']);
    });
  });

  test('a name that every object has is no group', () => {
    expect(late([question(60, { expected_response_time: 30, recipient: 'constructor' })])).toHaveLength(1);
  });

  test('references that are no list count for nothing', () => {
    const one = asked();
    expect(late([one, answer(one, 5, { references: one.message.id })])).toHaveLength(1);
  });
});
