import { displayWidth, padEnd } from '../width.ts';
import { cut, padStart } from './fit.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];
const NARROWEST_NAME = 4;
const WIDEST_NAME = 28;
const WIDEST_BAR = 50;

/** A line for each row: name, number, and a bar; together at most `width` columns. */
export function barChart(rows: readonly (readonly [name: string, value: number])[], width: number): string[] {
  const most = Math.max(1, ...rows.map(([, value]) => value));
  const numbers = Math.max(...rows.map(([, value]) => String(value).length));
  const longest = Math.max(...rows.map(([name]) => displayWidth(name)));
  const names = Math.min(longest, WIDEST_NAME, Math.max(NARROWEST_NAME, Math.floor(width / 2) - numbers));
  const room = Math.max(1, Math.min(width - names - numbers - 4, WIDEST_BAR));
  return rows.map(([name, value]) =>
    `${padEnd(cut(name, names), names)}  ${padStart(String(value), numbers)}  ${bar((value / most) * room)}`.trimEnd(),
  );
}

/** So many columns, to an eighth. Something is never drawn as nothing. */
function bar(length: number): string {
  const eighths = length > 0 ? Math.max(1, Math.round(length * 8)) : 0;
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}
