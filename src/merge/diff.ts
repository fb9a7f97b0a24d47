/** Lines `from` to `to` of the one text became lines `start` to `end` of the other. */
export interface Hunk {
  from: number;
  to: number;
  start: number;
  end: number;
}

/** More than so many pairs are not compared: both texts count as different from where they begin to differ. */
const MOST_PAIRS = 4_000_000;

/** What changed from one list of lines to another, in ascending order; between two hunks at least one line is the same. */
export function diffLines(one: readonly string[], other: readonly string[]): Hunk[] {
  let head = 0;
  while (head < one.length && head < other.length && one[head] === other[head]) head += 1;
  let tail = 0;
  while (tail < one.length - head && tail < other.length - head && one.at(-1 - tail) === other.at(-1 - tail)) tail += 1;
  const [rows, columns] = [one.length - head - tail, other.length - head - tail];
  if (rows === 0 && columns === 0) return [];
  if (rows * columns > MOST_PAIRS) return [{ from: head, to: head + rows, start: head, end: head + columns }];
  const lengths = commonLengths(one.slice(head, head + rows), other.slice(head, head + columns));
  return hunksOf(lengths, one, other, { head, rows, columns });
}

/** For each pair of places how many lines both have in common from there on. */
function commonLengths(one: readonly string[], other: readonly string[]): Uint32Array[] {
  const lengths = Array.from({ length: one.length + 1 }, () => new Uint32Array(other.length + 1));
  for (let row = one.length - 1; row >= 0; row -= 1) {
    const [here, below] = [lengths[row] as Uint32Array, lengths[row + 1] as Uint32Array];
    for (let column = other.length - 1; column >= 0; column -= 1) {
      here[column] = one[row] === other[column] ? (below[column + 1] ?? 0) + 1 : Math.max(below[column] ?? 0, here[column + 1] ?? 0);
    }
  }
  return lengths;
}

function hunksOf(
  lengths: Uint32Array[],
  one: readonly string[],
  other: readonly string[],
  { head, rows, columns }: { head: number; rows: number; columns: number },
): Hunk[] {
  const hunks: Hunk[] = [];
  let open: Hunk | undefined;
  let [row, column] = [0, 0];
  const at = (r: number, c: number) => lengths[r]?.[c] ?? 0;
  while (row < rows || column < columns) {
    if (row < rows && column < columns && one[head + row] === other[head + column]) {
      open = undefined;
      row += 1;
      column += 1;
      continue;
    }
    if (!open) {
      open = { from: head + row, to: head + row, start: head + column, end: head + column };
      hunks.push(open);
    }
    if (column >= columns || (row < rows && at(row + 1, column) >= at(row, column + 1))) row += 1;
    else column += 1;
    open.to = head + row;
    open.end = head + column;
  }
  return hunks;
}
