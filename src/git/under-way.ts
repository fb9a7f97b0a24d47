import { existsSync } from 'node:fs';
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
