import { displayWidth, padEnd } from './width.ts';

/**
 * Aligned columns, two spaces apart, the last one as long as it is. Nothing is cut off: what reads the output through a
 * pipe gets all of it. Columns that are empty in every row are left out.
 */
export function textTable(rows: readonly (readonly string[])[]): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const used = Array.from({ length: count }, (_, column) => column).filter((column) => rows.some((row) => row[column]));
  const widths = used.map((column) => Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))));
  return rows
    .map((row) =>
      used
        .map((column, at) => padEnd(row[column] ?? '', widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
