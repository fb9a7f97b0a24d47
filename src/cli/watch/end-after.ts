/** The longest that a timer can be set to; beyond it Node fires at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** Calls `end` after `ms`, however many they are. Returns what calls it off. */
export function endAfter(ms: number, end: () => void): () => void {
  let timer: NodeJS.Timeout;
  const arm = (left: number) => {
    timer = setTimeout(() => (left > LONGEST_MS ? arm(left - LONGEST_MS) : end()), Math.min(left, LONGEST_MS));
  };
  arm(ms);
  return () => clearTimeout(timer);
}
