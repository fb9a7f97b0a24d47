/**
 * Whether two sequences can stand for the same one. Members for which `isMany` holds stand for any number of others, of any
 * kind; two others stand for the same where `isAlike` says so. Takes a.length × b.length steps, whatever is in them.
 */
export function meet<T>(
  first: readonly T[],
  second: readonly T[],
  isMany: (member: T) => boolean,
  isAlike: (x: T, y: T) => boolean,
): boolean {
  // Up to the first of any number they go member by member, and mostly part soon.
  let at = 0;
  for (; at < first.length && at < second.length; at += 1) {
    const [x, y] = [first[at] as T, second[at] as T];
    if (isMany(x) || isMany(y)) break;
    if (!isAlike(x, y)) return false;
  }
  const [a, b] = [first.slice(at), second.slice(at)];
  // Row i says for each j whether the first i of `a` and the first j of `b` can stand for the same; only the last row is kept.
  let row = [true];
  for (const [j, y] of b.entries()) row.push(row[j] === true && isMany(y));
  for (const x of a) {
    const manyX = isMany(x);
    const next = [row[0] === true && manyX];
    for (const [j, y] of b.entries()) {
      const either = manyX || isMany(y);
      next.push(either ? row[j + 1] === true || next[j] === true : row[j] === true && isAlike(x, y));
    }
    row = next;
  }
  return row[b.length] === true;
}
