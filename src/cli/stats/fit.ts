import { displayWidth, padEnd } from '../width.ts';

/** At most so many columns of a text without colours, the last of which says that there was more. */
export function cut(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (displayWidth(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - displayWidth(text))) + text;
}

/** Lines of at most `width` columns, broken between words; those after the first are indented. */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line.trim() === '' || displayWidth(longer) <= width) line = line === '' ? word : longer;
    else {
      lines.push(line);
      line = indent + word;
    }
  }
  return [...lines, line];
}

const GAP = '  ';
const NARROWEST_NAME = 8;

/**
 * A table that fits `width`: a name first, which is cut where it must be, then numbers, aligned at their end. The first
 * row is the head.
 */
export function numberTable(rows: readonly (readonly [string, ...string[]])[], width: number): string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));
  const [longest = 0, ...numbers] = widths;
  const rest = numbers.reduce((sum, one) => sum + one + GAP.length, 0);
  const name = Math.max(NARROWEST_NAME, Math.min(longest, width - rest));
  return rows.map(([first, ...cells]) =>
    [padEnd(cut(first, name), name), ...numbers.map((one, at) => padStart(cells[at] ?? '', one))].join(GAP).trimEnd(),
  );
}
