import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../src/message/duration.ts';
import { thrownBy } from './thrown.ts';

describe('parseDuration', () => {
  test.each([
    ['30s', 30_000],
    ['10m', 600_000],
    ['2h', 7_200_000],
    ['7d', 604_800_000],
    ['500ms', 500],
    ['1.5h', 5_400_000],
    [' 10M ', 600_000],
    ['10 m', 600_000],
    ['90', 90_000],
    [90, 90_000],
    [0.5, 500],
    ['0', 0],
    ['0.1ms', 0],
  ])('%j is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    '',
    'x',
    '-1s',
    '1w',
    '1h30m',
    '1e3',
    '0x10',
    's',
    '1.s',
    Number.NaN,
    -1,
    Number.POSITIVE_INFINITY,
    '9'.repeat(400),
    '999999999d',
  ])('refuses %s', (text) => {
    const error = thrownBy(() => parseDuration(text));
    expect(error.code).toBe('USAGE');
    expect(error.hint).toBe('Write 500ms, 30s, 10m, 2h or 7d; a bare number is seconds.');
  });
});

describe('formatDuration', () => {
  test.each([
    [0, '0s'],
    [-5, '0s'],
    [250, '250ms'],
    [1_999, '1s'],
    [180_000, '3m'],
    [7_500_000, '2h 5m'],
    [7_205_000, '2h'],
    [86_400_000 * 4, '4d'],
    [90_000_000, '1d 1h'],
    [Number.POSITIVE_INFINITY, 'for ever'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});

test('one unit comes back as it went', () => {
  const unit = fc.constantFrom<[string, number]>(['ms', 999], ['s', 59], ['m', 59], ['h', 23], ['d', 1_000]);
  const text = unit.chain(([name, most]) => fc.integer({ min: 1, max: most }).map((amount) => `${amount}${name}`));
  fc.assert(fc.property(text, (duration) => formatDuration(parseDuration(duration)) === duration));
});

test('what is shown loses less than the smaller unit that is shown', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1_000, max: 1e12 }), (ms) => {
      const shown = formatDuration(ms)
        .split(' ')
        .reduce((sum, part) => sum + parseDuration(part), 0);
      expect(shown).toBeLessThanOrEqual(ms);
      expect(ms - shown).toBeLessThan(ms >= 86_400_000 ? 3_600_000 : ms >= 3_600_000 ? 60_000 : 1_000);
    }),
  );
});
