import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';

/** Where a directory stands with git. Found by reading `.git` alone; nothing is spawned. */
export interface Worktree {
  /** The linked working tree's top directory. */
  top: string;
  /** The main working tree's; undefined where there is none. */
  main: string | undefined;
  /** Why there is none: the repository is bare, or it cannot be seen from here (a sandbox, a moved directory). */
  without?: 'bare' | 'unseen';
}

/** The linked working tree that `directory` lies in; undefined in a main one, in a submodule, and outside git. */
export function linkedWorktree(directory: string): Worktree | undefined {
  for (const top of ancestors(directory)) {
    const dotGit = join(top, '.git');
    const stats = statSync(dotGit, { throwIfNoEntry: false });
    if (!stats) continue;
    return stats.isFile() ? readLink(top, dotGit) : undefined;
  }
  return undefined;
}

/** Whether a directory lies in a git working tree. */
export function isInGit(directory: string): boolean {
  return [...ancestors(directory)].some((at) => statSync(join(at, '.git'), { throwIfNoEntry: false }) !== undefined);
}

/** The directory in the main working tree that stands where `directory` stands in the linked one. */
export function mappedToMain(directory: string, { top, main }: Worktree & { main: string }): string {
  return resolve(main, relative(top, directory));
}

/** The directory, then those above it, up to the root. */
export function* ancestors(directory: string): Generator<string> {
  for (let at = directory; ; at = dirname(at)) {
    yield at;
    if (dirname(at) === at) return;
  }
}

function readLink(top: string, dotGit: string): Worktree | undefined {
  const gitDir = /^gitdir: (.+?)\r?\n?$/.exec(read(dotGit) ?? '')?.[1];
  if (gitDir === undefined) return undefined;
  const own = resolve(top, gitDir);
  // Only a linked working tree has this file; a submodule has a `.git` file too.
  const common = read(join(own, 'commondir'))?.trim();
  if (common === undefined) {
    const unseen = basename(dirname(own)) === 'worktrees' && !statSync(own, { throwIfNoEntry: false });
    return unseen ? { top, main: undefined, without: 'unseen' } : undefined;
  }
  const main = mainTree(resolve(own, common));
  return main === undefined ? { top, main, without: 'bare' } : { top, main };
}

/** The main working tree of the repository in this git directory; undefined where it is bare. */
export function mainTree(commonDir: string): string | undefined {
  // With extensions.worktreeConfig, which a sparse checkout switches on, git keeps these two in a file beside the other.
  const config = ['config', 'config.worktree'].map((name) => read(join(commonDir, name)) ?? '').join('\n');
  // In a submodule the main tree is not beside the repository.
  const elsewhere = /^\s*worktree\s*=\s*"?(.+?)"?\s*$/im.exec(config)?.[1];
  if (elsewhere !== undefined) return resolve(commonDir, elsewhere);
  if (/^\s*bare\s*=\s*true\s*$/im.test(config)) return undefined;
  return basename(commonDir) === '.git' ? dirname(commonDir) : undefined;
}

function read(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8') : undefined;
}
