import { CommsError } from '../../errors.ts';
import type { Checkpoint } from './checkpoint.ts';
import { type GitMark, gitMark, gitMovedSince, isUnderWay } from './git-mark.ts';
import { parsed } from './sheet.ts';
import type { FilesTools } from './tools.ts';

/** Whether the workspace is to be reconciled, since git put others' work beside ours. */
export interface AfterGit {
  due: boolean;
  /** Messages without a uid are touched only where it is known that git brought something. */
  byHand: boolean;
  /** Where git stands then; for the checkpoint. */
  mark: GitMark | null;
}

/**
 * Looks whether git merged, rebased, picked or checked out something since the workspace was last reconciled; a write asks
 * each time, so it costs a few system calls. While a merge is under way, or its markers stand in a file, it waits.
 */
export function afterGit(tools: FilesTools, checkpoint: Checkpoint | undefined): AfterGit {
  const { gitDir } = tools;
  const before = checkpoint?.reconciled ?? null;
  const now = gitMark(gitDir) ?? null;
  const isNew = before === null && now !== null;
  const moved = isNew || (before !== null && gitMovedSince(gitDir, before));
  if (!moved) return { due: false, byHand: false, mark: now };
  if (gitDir !== undefined && isUnderWay(gitDir)) return { due: false, byHand: false, mark: before };
  if (isUnsettled(tools)) return { due: false, byHand: false, mark: before };
  return { due: true, byHand: !isNew, mark: now };
}

/**
 * Whether it is to be reconciled although HEAD says nothing, since messages came into the files: a squash or "stash pop"
 * puts others' work in place and leaves no trace of it there.
 */
export function broughtUnseen(tools: FilesTools, { due, mark }: AfterGit, brought: boolean): boolean {
  if (due || mark === null || !brought) return false;
  return tools.gitDir !== undefined && !isUnderWay(tools.gitDir) && !isUnsettled(tools);
}

/** Whether a file cannot be read, or a person has still to settle a conflict in it. */
function isUnsettled({ disk }: FilesTools): boolean {
  try {
    return disk.names().some((file) => {
      disk.copies(file);
      return parsed(disk.read(file).sheet).doc.notes.some(({ code }) => code === 'CONFLICT_MARKERS');
    });
  } catch (error) {
    if (error instanceof CommsError) return true;
    throw error;
  }
}
