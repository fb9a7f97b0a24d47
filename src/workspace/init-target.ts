import { realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { CommsError } from '../errors.ts';
import { isWorkspace, WORKSPACE_PLACES } from './layout.ts';
import { type LocateOptions, workspaceIn } from './locate.ts';
import { ancestors, linkedWorktree, mappedToMain } from './worktree.ts';

export interface InitTarget {
  root: string;
  /** The directory of the project. */
  project: string;
}

/**
 * Where `init` makes a workspace: where it was told to, else `agent-comms/` here, or here in the main working tree of a linked
 * one. A workspace that this directory has already is completed; below another one it is refused.
 * @throws WORKSPACE_EXISTS, WORKSPACE_NOT_FOUND for a linked worktree without a main one
 */
export function initTarget({ cwd, env, workspace }: LocateOptions): InitTarget {
  const named = workspace ?? (env.COMMS_WORKSPACE || undefined);
  if (named !== undefined) {
    const root = resolve(cwd, named);
    refuseInside(root);
    return { root, project: projectOf(root) };
  }
  const here = hereOrInMain(realpathSync(cwd));
  const present = workspaceIn(here);
  if (present !== undefined) return { root: present, project: present === here ? projectOf(here) : here };
  for (const directory of ancestors(dirname(here))) {
    const above = workspaceIn(directory);
    if (above !== undefined) throw exists(above);
  }
  return { root: join(here, WORKSPACE_PLACES[0]), project: here };
}

function hereOrInMain(here: string): string {
  const worktree = linkedWorktree(here);
  if (!worktree) return here;
  const { top, main } = worktree;
  if (main === undefined) {
    throw new CommsError('WORKSPACE_NOT_FOUND', `The worktree ${top} has no main working tree in which a workspace could be shared.`, {
      hint: 'Name a directory that every agent can write: comms init --workspace DIR',
      details: { worktree: top },
    });
  }
  const mapped = mappedToMain(here, { top, main });
  return statSync(mapped, { throwIfNoEntry: false })?.isDirectory() ? mapped : main;
}

/** Also where a directory was named: a workspace inside of a workspace would be taken for its parts. */
function refuseInside(root: string): void {
  for (const directory of ancestors(dirname(root)))
    if (isWorkspace(directory) && workspaceIn(directory) === directory) throw exists(directory);
}

function exists(root: string): CommsError {
  return new CommsError('WORKSPACE_EXISTS', `There is a workspace above: ${root}`, {
    hint: 'It is used from here, too (comms where). For one of its own: comms init --workspace DIR',
    details: { workspace: root },
  });
}

function projectOf(root: string): string {
  const nested = join('.claude-workspace', 'agent-comms');
  return root.endsWith(nested) ? dirname(dirname(root)) : dirname(root);
}
