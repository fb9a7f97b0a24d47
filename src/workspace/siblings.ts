import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { isWorkspace } from './layout.ts';
import { workspaceIn } from './locate.ts';
import { idsMissingFrom } from './strays.ts';
import { ancestors, mainTree } from './worktree.ts';

/** A copy of the workspace in another working tree of the repository, with messages that the used one lacks. */
export interface StrayMail {
  /** Its directory. */
  copy: string;
  /** The top of the working tree. */
  tree: string;
  ids: string[];
}

/**
 * Mail that lies in a copy of the workspace which git checked out into another working tree, where nobody else looks. The
 * working trees are those that the repositories of `root` and `cwd` list in their files; nothing is spawned. One that was
 * moved without git's knowing is found from inside only.
 */
export function strayMail({ root, cwd }: { root: string; cwd: string }): StrayMail[] {
  const used = realpathSync(root);
  const places = [used, realpathSync(cwd)].flatMap((directory) => placeOf(directory) ?? []);
  const place = places[0]?.top !== undefined && isInside(used, places[0].top) ? relative(places[0].top, used) : undefined;
  const trees = new Set(places.flatMap(({ top, commonDir }) => [top, ...treesOf(commonDir)]));
  const found = [...trees].flatMap((tree): StrayMail[] => {
    const copy = copyIn(tree, place);
    if (copy === undefined || copy === used) return [];
    const ids = idsMissingFrom(used, copy);
    return ids.length === 0 ? [] : [{ copy, tree, ids }];
  });
  return found.filter(({ copy }, n) => found.findIndex((other) => other.copy === copy) === n);
}

/** The working tree that a directory lies in, and the git directory that its repository's trees share. */
function placeOf(directory: string): { top: string; commonDir: string } | undefined {
  for (const top of ancestors(directory)) {
    const dotGit = join(top, '.git');
    const stats = statSync(dotGit, { throwIfNoEntry: false });
    if (stats?.isDirectory()) return { top, commonDir: dotGit };
    const pointer = stats?.isFile() ? /^gitdir: (.+?)\r?\n?$/.exec(readFileSync(dotGit, 'utf8'))?.[1] : undefined;
    if (pointer === undefined) continue;
    const own = resolve(top, pointer);
    const common = textOf(join(own, 'commondir'));
    return { top, commonDir: common === undefined ? own : resolve(own, common) };
  }
  return undefined;
}

/** As `git worktree list` has them, as far as they are there: the main one, then the linked ones. */
function treesOf(commonDir: string): string[] {
  const main = mainTree(commonDir);
  const links = join(commonDir, 'worktrees');
  const names = statSync(links, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(links) : [];
  const linked = names.flatMap((name): string[] => {
    // Relative where extensions.relativeWorktrees says so.
    const dotGit = textOf(join(links, name, 'gitdir'));
    return dotGit === undefined || basename(dotGit) !== '.git' ? [] : [dirname(resolve(links, name, dotGit))];
  });
  return [...(main === undefined ? [] : [main]), ...linked].filter((tree) => statSync(tree, { throwIfNoEntry: false })?.isDirectory());
}

function copyIn(tree: string, place: string | undefined): string | undefined {
  const same = place === undefined ? undefined : join(tree, place);
  const copy = same !== undefined && isWorkspace(same) ? same : workspaceIn(tree);
  return copy === undefined ? undefined : realpathSync(copy);
}

function isInside(directory: string, top: string): boolean {
  return relative(top, directory).split(sep)[0] !== '..';
}

function textOf(file: string): string | undefined {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? readFileSync(file, 'utf8').trim() : undefined;
}
