import type { Repository } from './repository.ts';

/** A file of the workspace in a commit. */
export interface TreeFile {
  /** Relative to the workspace. */
  file: string;
  oid: string;
}

/** The files at the top of the workspace and in its `directories`, as a commit has them, by name; none where it had no workspace. */
export async function filesAt(
  { git, place }: Pick<Repository, 'git' | 'place'>,
  commit: string,
  directories: readonly string[],
): Promise<TreeFile[]> {
  const top = await entries(git, `${commit}:${place === '.' ? '' : place}`);
  const files = filesOf(top, '');
  for (const { mode, name, oid } of top) {
    if (mode === '040000' && directories.includes(name)) files.push(...filesOf(await entries(git, oid), `${name}/`));
  }
  return files.sort((a, b) => (a.file < b.file ? -1 : 1));
}

interface Entry {
  mode: string;
  oid: string;
  name: string;
}

async function entries(git: Repository['git'], tree: string): Promise<Entry[]> {
  // 128: there was no such directory.
  const { stdout } = await git(['ls-tree', '-z', '--end-of-options', tree], { allow: [128] });
  return stdout
    .toString('utf8')
    .split('\0')
    .flatMap((line): Entry[] => {
      const [, mode = '', oid = '', name = ''] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
      return name === '' ? [] : [{ mode, oid, name }];
    });
}

/** Symbolic links and submodules are no files. */
function filesOf(all: readonly Entry[], directory: string): TreeFile[] {
  return all.filter(({ mode }) => isFile(mode)).map(({ name, oid }) => ({ file: `${directory}${name}`, oid }));
}

export function isFile(mode: string): boolean {
  return mode.startsWith('100');
}
