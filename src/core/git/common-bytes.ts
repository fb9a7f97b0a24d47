const STRIDE = 4096;

/** How many bytes two buffers have in common at the start. */
export function commonStart(one: Buffer, other: Buffer): number {
  const most = Math.min(one.length, other.length);
  let at = 0;
  while (at + STRIDE <= most && one.compare(other, at, at + STRIDE, at, at + STRIDE) === 0) at += STRIDE;
  while (at < most && one[at] === other[at]) at += 1;
  return at;
}

/** How many bytes they have in common at the end, `most` at most. */
export function commonEnd(one: Buffer, other: Buffer, most: number): number {
  let count = 0;
  while (count + STRIDE <= most && isSameEnd(one, other, count)) count += STRIDE;
  while (count < most && one[one.length - 1 - count] === other[other.length - 1 - count]) count += 1;
  return count;
}

function isSameEnd(one: Buffer, other: Buffer, count: number): boolean {
  const [end, otherEnd] = [one.length - count, other.length - count];
  return one.compare(other, otherEnd - STRIDE, otherEnd, end - STRIDE, end) === 0;
}
