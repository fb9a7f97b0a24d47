import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PRIORITIES } from '../../src/message/message.ts';
import { byUrgency, parsePriority, rankOf } from '../../src/message/priority.ts';
import { info } from './fixtures.ts';

const HOUR = 3_600_000;
const NOW = Date.parse('2026-01-17T12:00:00Z');

test.each([
  ['low', 'low'],
  ['HIGH', 'high'],
  [' Critical ', 'critical'],
  [1, 'low'],
  [3, 'low'],
  [4, 'medium'],
  ['6', 'medium'],
  [7, 'high'],
  ['8', 'high'],
  [9, 'critical'],
  ['10', 'critical'],
  [0, undefined],
  [11, undefined],
  ['11', undefined],
  [5.5, undefined],
  ['', undefined],
  ['urgent', undefined],
  [Number.NaN, undefined],
  [null, undefined],
  [undefined, undefined],
  [true, undefined],
  [[5], undefined],
])('parsePriority(%j) is %s', (value, expected) => {
  expect(parsePriority(value)).toBe(expected);
});

test('ranks ascend', () => {
  expect(PRIORITIES.map(rankOf)).toEqual([0, 1, 2, 3]);
});

function sorted(riseAfterMs: number, ...messages: [id: string, priority: string, hoursAgo: number][]): string[] {
  return messages
    .map(([id, priority, hours]) => info({ id, priority, timestamp: new Date(NOW - hours * HOUR).toISOString() }))
    .sort(byUrgency(NOW, riseAfterMs))
    .map(({ id }) => id);
}

describe('byUrgency', () => {
  test('puts priority before age, and age before id', () => {
    expect(sorted(0, ['msg-10', 'low', 1], ['msg-9', 'low', 1], ['msg-1', 'low', 0], ['msg-2', 'critical', 0])).toEqual([
      ...['msg-2', 'msg-9', 'msg-10', 'msg-1'],
    ]);
  });

  test('lets what waits rise a step each time', () => {
    expect(sorted(HOUR, ['new', 'medium', 0], ['old', 'low', 1])).toEqual(['old', 'new']);
    expect(sorted(HOUR, ['new', 'medium', 0], ['old', 'low', 0.9])).toEqual(['new', 'old']);
    expect(sorted(HOUR, ['new', 'high', 0], ['old', 'low', 2])).toEqual(['old', 'new']);
  });

  test('lets nothing rise to critical', () => {
    expect(sorted(HOUR, ['old', 'high', 1_000], ['new', 'critical', 0])).toEqual(['new', 'old']);
  });

  test('lets nothing rise where the time is 0', () => {
    expect(sorted(0, ['old', 'low', 1_000], ['new', 'medium', 0])).toEqual(['new', 'old']);
  });

  test('is an order, whatever the timestamps', () => {
    const message = fc.record({
      id: fc.oneof(
        fc.nat(20).map((n) => `msg-${n}`),
        fc.string({ maxLength: 3 }),
      ),
      priority: fc.constantFrom(...PRIORITIES),
      timestamp: fc.oneof(
        fc.constantFrom('', 'yesterday'),
        fc.integer({ min: -5, max: 5 }).map((hours) => new Date(NOW + hours * HOUR).toISOString()),
      ),
    });
    fc.assert(
      fc.property(message, message, message, fc.constantFrom(0, HOUR), (...[x, y, z, rise]) => {
        const compare = byUrgency(NOW, rise);
        const [a, b, c] = [info(x), info(y), info(z)];
        expect(Math.sign(compare(a, b))).toBe(-Math.sign(compare(b, a)) + 0);
        if (compare(a, b) <= 0 && compare(b, c) <= 0) expect(compare(a, c)).toBeLessThanOrEqual(0);
        if (compare(a, b) === 0) expect(a.id).toBe(b.id);
      }),
    );
  });
});
