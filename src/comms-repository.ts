import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { RepositoryPort } from './core/context.ts';
import { errnoOf } from './errors.ts';
import { parseGlob } from './orchestrator/paths/glob.ts';
import { outside } from './orchestrator/paths/normal.ts';
import { ancestors, linkedWorktree } from './workspace/worktree.ts';

/** Where files lie in the repository that the workspace belongs to. Loaded when needed. */

/** Paths and globs are relative to `cwd`, those of a linked working tree of the repository too. */
export function repositoryPaths({ root, cwd }: { root: string; cwd: string }): RepositoryPort {
  return {
    async globOf(path) {
      if (path.trim() === '' || path.includes('\0')) return parseGlob(path).text;
      const parts = path.replaceAll('\\', '/').split('/');
      const wild = parts.findIndex((part) => /[*?{}]/.test(part));
      const fixed = resolve(cwd, parts.slice(0, wild < 0 ? undefined : wild).join('/') || (path.startsWith('/') ? '/' : '.'));
      // A link is a file of its own; what lies behind one is where it leads to.
      const place = wild < 0 && dirname(fixed) !== fixed ? join(real(dirname(fixed)), basename(fixed)) : real(fixed);
      const inside = pathInRepository(place, root);
      if (inside === undefined) throw outside(path, repositoryOf(root));
      // Directories may have such characters in their names; where somebody stands, they are no wildcards.
      const literal = inside.replace(/[*?{}\\]/g, '?');
      return parseGlob([literal || '.', ...(wild < 0 ? [] : parts.slice(wild))].join('/')).text;
    },
  };
}

/** The path of `file` in the repository that the workspace belongs to, or in a linked working tree of it; '' is its top. */
export function pathInRepository(file: string, root: string): string | undefined {
  const repository = repositoryOf(root);
  const directory = [...ancestors(file)].find((at) => existsSync(at) && statSync(at).isDirectory());
  const worktree = linkedWorktree(directory ?? file);
  const top = worktree?.main === repository ? worktree.top : repository;
  const path = relative(top, file);
  return path.split(sep)[0] === '..' || isAbsolute(path) ? undefined : posix(path);
}

/** Outside git, what the workspace lies in. */
export function repositoryOf(root: string): string {
  for (const directory of ancestors(root)) if (existsSync(join(directory, '.git'))) return directory;
  const above = dirname(root);
  return basename(above) === '.claude-workspace' ? dirname(above) : above;
}

export function posix(path: string): string {
  return path.split(sep).join('/');
}

/** Symbolic links resolved, as far as there is something. */
function real(directory: string): string {
  for (const at of ancestors(directory)) {
    try {
      return join(realpathSync(at), relative(at, directory));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT' && errnoOf(error) !== 'ENOTDIR') throw error;
    }
  }
  return directory;
}
