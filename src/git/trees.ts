import { readBlobs } from './blobs.ts';
import { parts } from './entries.ts';
import type { Git } from './git.ts';

/** A file that differs between two trees, with its bytes in each; undefined where it is not there. */
export interface ChangedFile {
  path: string;
  before: Buffer | undefined;
  after: Buffer | undefined;
}

/** The files that differ between a commit, or nothing, and a tree, within the pathspecs where there are any. */
export async function changedFiles(
  git: Git,
  from: string | undefined,
  to: string,
  pathspecs: readonly string[] = [],
): Promise<ChangedFile[]> {
  const base = from ?? (await git(['hash-object', '-t', 'tree', '--stdin'])).stdout.toString('utf8').trim();
  const { stdout } = await git(['diff-tree', '-r', '-z', '--raw', '--no-renames', '--no-abbrev', base, to, '--', ...pathspecs]);
  const fields = parts(stdout);
  const pairs = fields.flatMap((field, n) =>
    field.startsWith(':') ? [{ path: fields[n + 1] ?? '', ids: field.split(' ').slice(2, 4) }] : [],
  );
  const blobs = await readBlobs(
    git,
    [...new Set(pairs.flatMap(({ ids }) => ids))].filter((id) => !/^0+$/.test(id)),
  );
  return pairs.map(({ path, ids: [before = '', after = ''] }) => ({ path, before: blobs.get(before), after: blobs.get(after) }));
}
