import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Repository } from './repository.ts';

/** What lies in the git directory while something is half done, and what git calls it. */
const SIGNS = [
  ['MERGE_HEAD', 'merge'],
  ['rebase-merge', 'rebase'],
  ['rebase-apply', 'rebase'],
  ['CHERRY_PICK_HEAD', 'cherry-pick'],
  ['REVERT_HEAD', 'revert'],
  ['sequencer', 'cherry-pick'],
  ['BISECT_LOG', 'bisect'],
] as const;

export type UnderWay = (typeof SIGNS)[number][1];

/** What somebody has begun in this working tree and not ended; a commit of ours would become a part of it. Spawns nothing. */
export function underWay({ gitDir }: Pick<Repository, 'gitDir'>): UnderWay | undefined {
  return SIGNS.find(([name]) => existsSync(join(gitDir, name)))?.[1];
}

/** Whoever closes the editor without a message leaves no other trace. */
const MOST_WRITING_MS = 10 * 60_000;

/**
 * Whether somebody has the message of a commit in an editor, as far as files tell: it is newer than the last move of HEAD.
 * Git would refuse that commit if HEAD moved meanwhile. `now` in ms since the epoch. Spawns nothing.
 */
export function isCommitWritten({ gitDir }: Pick<Repository, 'gitDir'>, now: number): boolean {
  const [message, moved] = ['COMMIT_EDITMSG', 'logs/HEAD'].map((name) => statSync(join(gitDir, name), { throwIfNoEntry: false })?.mtimeMs);
  if (message === undefined || moved === undefined) return false;
  return message > moved && now - message < MOST_WRITING_MS;
}
