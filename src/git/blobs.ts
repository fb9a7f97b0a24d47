import type { Git } from './git.ts';

/** The contents of blobs, by the names that were asked for, such as "HEAD:a/b.md"; those that are not there are left out. */
export async function readBlobs(git: Git, names: readonly string[]): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  // A name with a line break cannot be asked for, and is none of ours.
  const asked = names.filter((name) => !name.includes('\n'));
  if (asked.length === 0) return found;
  const { stdout } = await git(['cat-file', '--batch'], { stdin: `${asked.join('\n')}\n` });
  let at = 0;
  for (const name of asked) {
    const end = stdout.indexOf(10, at);
    if (end < 0) break;
    const [, type, size] = stdout.toString('utf8', at, end).match(/ (\w+) (\d+)$/) ?? [];
    at = end + 1;
    if (size === undefined) continue;
    if (type === 'blob') found.set(name, stdout.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return found;
}
