import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { CommsError, errnoOf } from '../errors.ts';
import { isWorkspace, looksLikeWorkspace, WORKSPACE_PLACES } from './layout.ts';
import { idsMissingFrom } from './strays.ts';
import { ancestors, linkedWorktree, mappedToMain, type Worktree } from './worktree.ts';

export interface LocateOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** What `--workspace` said. */
  workspace?: string | undefined;
}

export interface Located {
  /** Absolute, symbolic links resolved. */
  root: string;
  /** For people, such as `found agent-comms/ in /repo`. */
  reason: string;
  warnings: string[];
}

const NAME_ONE = 'Name one with --workspace DIR or COMMS_WORKSPACE=DIR';

/**
 * Finds the workspace as DESIGN §3 has it: the option, COMMS_WORKSPACE, then upwards from `cwd`, in a linked git worktree
 * from the same place in the main working tree, so that all worktrees share one mailbox.
 * @throws WORKSPACE_NOT_FOUND, NOT_WRITABLE
 */
export function locateWorkspace({ cwd, env, workspace }: LocateOptions): Located {
  if (workspace !== undefined) return named(resolve(cwd, workspace), 'named by --workspace');
  const fromEnv = env.COMMS_WORKSPACE;
  if (fromEnv) return named(resolve(cwd, fromEnv), 'named by COMMS_WORKSPACE');
  const here = realpathSync(cwd);
  const worktree = linkedWorktree(here);
  if (worktree) return locateFromWorktree(here, worktree);
  const found = searchUpwards(here);
  if (found) return found;
  throw new CommsError('WORKSPACE_NOT_FOUND', 'There is no workspace here or above.', {
    hint: `Make one with: comms init (looked upwards from ${here})`,
    details: { cwd: here },
  });
}

/** The workspace that a directory holds, whether or not anything above it does. */
export function workspaceIn(directory: string): string | undefined {
  const places = WORKSPACE_PLACES.map((place) => join(directory, place));
  return places.find(isWorkspace) ?? (looksLikeWorkspace(directory) ? directory : undefined);
}

function named(root: string, reason: string): Located {
  if (isWorkspace(root)) return { root: realpathSync(root), reason, warnings: [] };
  const inside = workspaceIn(root);
  const exists = statSync(root, { throwIfNoEntry: false })?.isDirectory() === true;
  throw new CommsError('WORKSPACE_NOT_FOUND', `The workspace ${root} (${reason}) ${exists ? 'has no config.json' : 'does not exist'}.`, {
    hint: inside === undefined ? `Make it with: comms init --workspace ${root}` : `Did you mean ${inside}`,
    details: { workspace: root },
  });
}

function searchUpwards(start: string): Located | undefined {
  for (const directory of ancestors(start)) {
    const root = workspaceIn(directory);
    if (root === undefined) continue;
    const place = relative(directory, root);
    const reason = place === '' ? `${directory} is a workspace itself` : `found ${place.replaceAll('\\', '/')}/ in ${directory}`;
    return { root: realpathSync(root), reason, warnings: [] };
  }
  return undefined;
}

function locateFromWorktree(here: string, worktree: Worktree): Located {
  const { top, main } = worktree;
  const own = searchWithin(here, top);
  if (main === undefined) return locateWithoutMain(worktree, own);
  const found = searchUpwards(mappedToMain(here, { top, main }));
  if (!found) {
    throw new CommsError('WORKSPACE_NOT_FOUND', `The main working tree ${main} has no workspace, and this linked worktree uses that one.`, {
      hint:
        own === undefined
          ? `Make one there with: comms init. ${NAME_ONE}`
          : `Make one there with: comms init. Or use this tree's own: COMMS_WORKSPACE=${own}`,
      details: { worktree: top, main, own },
    });
  }
  if (!canWrite(found.root)) {
    throw new CommsError('NOT_WRITABLE', `The main working tree's workspace ${found.root} cannot be written from here.`, {
      hint: `${NAME_ONE} that every agent can write`,
      details: { worktree: top, workspace: found.root },
    });
  }
  const reason = `${found.reason}, the main working tree of ${top}`;
  return { root: found.root, reason, warnings: own === undefined ? [] : strayWarning(found.root, own) };
}

/** The worktrees of a bare repository often lie in one directory, where a workspace may lie too. */
function locateWithoutMain({ top, without }: Worktree, own: string | undefined): Located {
  const beside = searchUpwards(resolve(top, '..'));
  if (beside) return { ...beside, warnings: own === undefined ? [] : strayWarning(beside.root, own) };
  const why = without === 'unseen' ? 'a repository that cannot be seen from here' : 'a bare repository, which has no main working tree';
  throw new CommsError('WORKSPACE_NOT_FOUND', `The worktree ${top} belongs to ${why}, so there is no workspace to share.`, {
    hint: `${NAME_ONE}${own === undefined ? '; comms init --workspace DIR makes one' : `, such as this tree's own: ${own}`}`,
    details: { worktree: top, own },
  });
}

/** The workspace that was checked out into this worktree. */
function searchWithin(here: string, top: string): string | undefined {
  for (const directory of ancestors(here)) {
    const root = workspaceIn(directory);
    if (root !== undefined) return root;
    if (directory === top) return undefined;
  }
  return undefined;
}

function strayWarning(root: string, own: string): string[] {
  const missing = idsMissingFrom(root, own);
  if (missing.length === 0) return [];
  const shown = missing.slice(0, 5).join(', ') + (missing.length > 5 ? ', …' : '');
  return [`${own} holds messages that the shared workspace ${root} lacks: ${shown}; take them over with: comms import ${own}`];
}

function canWrite(directory: string): boolean {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
