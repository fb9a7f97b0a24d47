import type { Git, GitOptions } from './git.ts';

/** A file as an index or a tree has it. */
export interface Entry {
  /** "100644 <blob>". */
  what: string;
  path: string;
  /** 0, or 1 to 3 in a conflict. */
  stage: number;
  /** Left out of the working tree by a sparse checkout. */
  skipped: boolean;
}

/** The entries of an index that the pathspecs name; of the repository's, where `env` names no other. */
export async function indexEntries(git: Git, pathspecs: readonly string[], options: GitOptions = {}): Promise<Entry[]> {
  const { stdout } = await git(['ls-files', '-s', '-t', '-z', '--', ...pathspecs], options);
  return parts(stdout).flatMap((part) => {
    const [, tag, what = '', stage, path = ''] = /^(\S) (\d+ [0-9a-f]+) (\d)\t(.+)$/s.exec(part) ?? [];
    return tag === undefined ? [] : [{ what, path, stage: Number(stage), skipped: tag === 'S' }];
  });
}

/** The paths that the index has in conflict. */
export async function conflictsIn(git: Git, pathspecs: readonly string[] = []): Promise<string[]> {
  const { stdout } = await git(['ls-files', '-u', '-z', '--', ...pathspecs]);
  return [...new Set(parts(stdout).map((part) => part.slice(part.indexOf('\t') + 1)))];
}

/** Splits what git prints with -z. Paths that are no UTF-8 cannot be ours. */
export function parts(stdout: Buffer): string[] {
  return stdout
    .toString('utf8')
    .split('\0')
    .filter((part) => part !== '');
}

/** Lines for `git update-index --index-info` that make `from` into `to`. */
export function indexInfo(from: readonly Entry[], to: readonly Entry[]): string {
  const [had, has] = [from, to].map((entries) => new Map(entries.map(({ path, what }) => [path, what])));
  const set = [...(has ?? [])].filter(([path, what]) => had?.get(path) !== what).map(([path, what]) => `${what}\t${path}\0`);
  const gone = [...(had ?? [])].filter(([path]) => !has?.has(path)).map(([path, what]) => `0 ${what.split(' ')[1]}\t${path}\0`);
  // First what goes: a file may have become a directory.
  return [...gone, ...set].join('');
}
