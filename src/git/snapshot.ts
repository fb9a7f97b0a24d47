import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Entry, indexEntries, parts } from './entries.ts';
import type { Git } from './git.ts';
import type { Repository } from './repository.ts';

/** The tree of a commit with some of its files as they are in the working tree. */
export interface Snapshot {
  tree: string;
  /** Those files. */
  entries: Entry[];
  /** Files that the pathspecs name and git ignores. */
  ignored: string[];
}

export interface SnapshotRequest {
  /** What the other files are taken from; undefined for a branch without a commit. */
  base: string | undefined;
  pathspecs: readonly string[];
  /** Where the index of its own is written, a path that nobody else uses. */
  indexFile: string;
  /** The files are read within. */
  still: (read: () => Promise<void>) => Promise<void>;
}

/**
 * Writes a tree of `base` in which the files of the pathspecs are as they are now. The repository's index, and whatever is
 * staged there, plays no part: that is where somebody else prepares a commit. @throws GIT_FAILED
 */
export async function snapshot({ git, top }: Repository, { base, pathspecs, indexFile, still }: SnapshotRequest): Promise<Snapshot> {
  const own: Git = (args, options) => git(args, { ...options, env: { ...options?.env, GIT_INDEX_FILE: indexFile } });
  try {
    await own(base === undefined ? ['read-tree', '--empty'] : ['read-tree', base]);
    const skipped = new Set((await indexEntries(git, pathspecs)).filter((entry) => entry.skipped).map(({ path }) => path));
    await still(async () => {
      const { stdout } = await own(['ls-files', '-z', '-c', '-o', '--exclude-standard', '--', ...pathspecs]);
      const files = parts(stdout).filter((path) => !path.endsWith('/') && (!skipped.has(path) || existsSync(join(top, path))));
      await own(['update-index', '-z', '--add', '--remove', '--replace', '--stdin'], { stdin: files.map((path) => `${path}\0`).join('') });
    });
    const [tree, entries, ignored] = await Promise.all([
      own(['write-tree']),
      indexEntries(own, pathspecs),
      own(['ls-files', '-z', '-o', '-i', '--exclude-standard', '--', ...pathspecs]),
    ]);
    return { tree: tree.stdout.toString('utf8').trim(), entries, ignored: parts(ignored.stdout) };
  } finally {
    for (const file of [indexFile, `${indexFile}.lock`]) rmSync(file, { force: true });
  }
}
