import { hourSpan, spanText, type TimeBuckets } from '../report/buckets.ts';

const LEVELS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
const ROWS = 4;

/** Columns over time, with the times of the first and the last below them, and what a column stands for. */
export function columnChart({ buckets, hours }: TimeBuckets): string[] {
  const most = Math.max(1, ...buckets.map(({ count }) => count));
  const rows = Array.from({ length: ROWS }, (_, row) =>
    buckets
      .map(({ count }) => cell(count / most, ROWS - 1 - row))
      .join('')
      .trimEnd(),
  );
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined) return [];
  return [
    ...rows.filter((row) => row !== ''),
    '─'.repeat(buckets.length),
    spanText(first.at, last.at),
    `a column is ${hourSpan(hours)}, the highest ${most}`,
  ];
}

/** The part of a column that stands in this row, counted from the bottom. Something is never drawn as nothing. */
function cell(share: number, row: number): string {
  const eighths = share > 0 ? Math.max(1, Math.round(share * ROWS * 8)) : 0;
  return LEVELS[Math.max(0, Math.min(8, eighths - row * 8))] ?? ' ';
}
