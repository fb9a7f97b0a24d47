import path from 'node:path';

/** The end of the queue for each lock in this process: the library keeps its locks by path, one for each. */
const ends = new Map<string, Promise<void>>();

/**
 * Waits until all earlier callers in this process have had the lock at `dir` and given it back.
 * Returns the function that ends the turn; undefined where it did not come within `waitMs`.
 */
export async function takeTurn(dir: string, waitMs: number): Promise<(() => void) | undefined> {
  const key = path.resolve(dir);
  const before = ends.get(key);
  let endTurn = () => {};
  const turn = new Promise<void>((resolve) => {
    endTurn = resolve;
  });
  const end = (before ?? Promise.resolve()).then(() => turn);
  ends.set(key, end);
  end.then(() => {
    if (ends.get(key) === end) ends.delete(key);
  });
  if (before === undefined || (await comesWithin(before, waitMs))) return endTurn;
  endTurn();
  return undefined;
}

/** Whether somebody in this process has the lock at `dir`, or waits for it: whoever waits for them from within waits for itself. */
export function isTakenHere(dir: string): boolean {
  return ends.has(path.resolve(dir));
}

function comesWithin(before: Promise<void>, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), waitMs);
    before.then(() => {
      clearTimeout(timer);
      resolve(true);
    });
  });
}
