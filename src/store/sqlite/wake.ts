/** Who watches which database in this process, so that a commit wakes them at once, whichever store object made it. */
const watchers = new Map<string, Set<() => void>>();

/** Calls `look` after each commit on `file` in this process, until the answer is called. */
export function onCommit(file: string, look: () => void): () => void {
  const looks = watchers.get(file) ?? new Set();
  watchers.set(file, looks.add(look));
  return () => {
    looks.delete(look);
    if (looks.size === 0 && watchers.get(file) === looks) watchers.delete(file);
  };
}

export function wake(file: string): void {
  for (const look of watchers.get(file) ?? []) look();
}
