import { describe, expect, test } from 'vitest';
import { bucketsOf, hourSpan, spanText, stamp } from '../../../src/cli/report/buckets.ts';
import { barChart } from '../../../src/cli/stats/bar-chart.ts';
import { columnChart } from '../../../src/cli/stats/column-chart.ts';
import { cut, numberTable, wrap } from '../../../src/cli/stats/fit.ts';
import { statsText } from '../../../src/cli/stats/stats-text.ts';
import { loadStyle, PLAIN } from '../../../src/cli/style.ts';
import { displayWidth } from '../../../src/cli/width.ts';
import { isoOf } from '../../../src/message/time.ts';
import { ago, answer, copy, figures, many, question } from '../../orchestrator/traffic.ts';

const HOUR = 3_600_000;
const START = Date.parse('2026-01-17T00:00:00.000Z');
const hours = (...counts: number[]) => Object.fromEntries(counts.flatMap((count, n) => (count ? [[isoOf(START + n * HOUR), count]] : [])));

describe('bars', () => {
  test('are as long as their share, to an eighth, and never nothing for something', () => {
    expect(
      barChart(
        [
          ['a', 100],
          ['bb', 50],
          ['c', 1],
          ['d', 0],
        ],
        20,
      ),
    ).toEqual(['a   100  ███████████', 'bb   50  █████▌', 'c     1  ▏', 'd     0']);
  });

  test.each([20, 40, 60, 120])('fit %i columns, with wide signs, too', (width) => {
    const lines = barChart(
      [
        ['x'.repeat(90), 7],
        ['漢字'.repeat(30), 123456],
      ],
      width,
    );
    for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe('spans of time', () => {
  test('an hour each, with the empty ones between', () => {
    expect(bucketsOf(hours(1, 0, 3), 10)).toEqual({
      hours: 1,
      buckets: [1, 0, 3].map((count, n) => ({ at: START + n * HOUR, count })),
    });
  });

  test('longer where there are too many, and nothing gets lost', () => {
    const { hours: size, buckets } = bucketsOf(hours(...many(50, () => 1)), 20);
    expect([size, buckets.length, buckets.reduce((sum, { count }) => sum + count, 0)]).toEqual([3, 17, 50]);
  });

  test('from the first to the last moment there is', () => {
    const { buckets } = bucketsOf({ [isoOf(-8.64e15)]: 1, [isoOf(8.64e15)]: 2 }, 60);
    expect(buckets.length).toBeLessThanOrEqual(60);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(3);
    expect(() => buckets.map(({ at }) => stamp(at))).not.toThrow();
  });

  test.each([
    [START, START, '2026-01-17 00:00 UTC'],
    [START, START + 2 * HOUR, '2026-01-17 00:00 to 02:00 UTC'],
    [START, START + 24 * HOUR, '2026-01-17 00:00 to 2026-01-18 00:00 UTC'],
  ])('from %i to %i', (from, to, text) => expect(spanText(from, to)).toBe(text));

  test('none', () => expect(bucketsOf({}, 10).buckets).toEqual([]));

  test.each([
    [1, 'an hour'],
    [6, '6 hours'],
    [24, 'a day'],
    [48, '2 days'],
    [168, 'a week'],
    [336, '2 weeks'],
  ])('%i hours', (count, text) => expect(hourSpan(count)).toBe(text));
});

test('columns stand on a line, with the first and the last time', () => {
  expect(columnChart(bucketsOf(hours(1, 0, 8), 10))).toEqual([
    '  █',
    '  █',
    '  █',
    '▄ █',
    '───',
    '2026-01-17 00:00 to 02:00 UTC',
    'a column is an hour, the highest 8',
  ]);
  expect(columnChart(bucketsOf({}, 10))).toEqual([]);
});

test('texts are cut and wrapped by what they take on the screen', () => {
  expect([cut('abcdef', 6), cut('abcdef', 4), cut('漢字漢字', 5)]).toEqual(['abcdef', 'abc…', '漢字…']);
  expect(wrap('one two three', 8, '  ')).toEqual(['one two', '  three']);
  expect(wrap('unbreakable', 4)).toEqual(['unbreakable']);
  expect(
    numberTable(
      [
        ['name', 'n'],
        ['a-long-name', '12'],
      ],
      12,
    ),
  ).toEqual(['name       n', 'a-long-…  12']);
});

describe('the figures on a terminal', () => {
  const agents = ['claude', 'gpt', 'an-agent-with-a-name-that-is-as-long-as-the-grammar-allows-it-to-be'];
  const questions = many(40, (n) =>
    question(n * 300 + 60, { sender: agents[n % 3], recipient: agents[(n + 1) % 3], subject: '漢字 '.repeat(40) }),
  );
  const metrics = figures([
    ...questions,
    ...questions.flatMap((one, n) => (n % 2 ? [answer(one, n)] : [])),
    ...many(12, (n) => copy({ type: `own.type-${n}`, timestamp: ago(n) })),
  ]);

  test.each([40, 60, 80, 120])('fit %i columns', (columns) => {
    const lines = statsText(metrics, { style: PLAIN, columns }).split('\n');
    expect(lines.filter((line) => displayWidth(line) > columns)).toEqual([]);
    expect(lines.length).toBeGreaterThan(30);
  });

  test('fill a wide terminal no further than is good to read', () => {
    expect(statsText(metrics, { style: PLAIN, columns: 500 })).toBe(statsText(metrics, { style: PLAIN, columns: 120 }));
  });

  test('have colours only where they are wanted', async () => {
    const plain = statsText(metrics, { style: PLAIN, columns: 80 });
    expect(plain).not.toContain('\u001b');
    const colored = statsText(metrics, { style: await loadStyle(true), columns: 80 });
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(plain);
    expect(colored).not.toBe(plain);
  });
});
