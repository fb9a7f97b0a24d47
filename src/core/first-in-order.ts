/** The first `count` of `items` in the order of `compare`, as a sort would have them: of a full inbox few are shown. */
export function firstInOrder<T>(items: readonly T[], count: number, compare: (a: T, b: T) => number): T[] {
  if (count >= items.length) return [...items].sort(compare);
  const first: T[] = [];
  for (const item of items) {
    const last = first.at(-1);
    if (first.length === count && (last === undefined || compare(item, last) >= 0)) continue;
    if (first.length === count) first.pop();
    first.splice(placeIn(first, item, compare), 0, item);
  }
  return first;
}

/** Behind whatever is the same, since that came before it. */
function placeIn<T>(sorted: readonly T[], item: T, compare: (a: T, b: T) => number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (compare(sorted[middle] as T, item) <= 0) from = middle + 1;
    else to = middle;
  }
  return from;
}
