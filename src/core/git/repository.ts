import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { CommsError } from '../../errors.ts';
import type { Repository } from '../../git/repository.ts';
import { type UnderWay, underWay } from '../../git/under-way.ts';
import type { CoreContext } from '../context.ts';

const ENDS: Record<UnderWay, string> = {
  merge: 'git commit, or git merge --abort',
  rebase: 'git rebase --continue, or git rebase --abort',
  'cherry-pick': 'git cherry-pick --continue, or git cherry-pick --abort',
  revert: 'git revert --continue, or git revert --abort',
  bisect: 'git bisect reset',
};

/** @throws NOT_A_REPOSITORY, GIT_MISSING */
export async function repositoryOf({ repositoryOf: find, workspace }: CoreContext): Promise<Repository> {
  if (find) return find();
  throw new CommsError('NOT_A_REPOSITORY', `The workspace ${workspace.root} lies in no git working tree.`, {
    hint: 'Run "git init" there, or use the workspace of a repository.',
  });
}

/** @throws MERGE_UNDER_WAY while somebody merges, rebases, picks, reverts or bisects in the working tree of the workspace */
export function refuseWhileUnderWay(repository: Repository): void {
  const what = underWay(repository);
  if (what === undefined) return;
  throw new CommsError(
    'MERGE_UNDER_WAY',
    `A ${what} is under way in this repository; nothing was committed, and what waits stays as it is.`,
    {
      hint: `End it first: ${ENDS[what]}`,
      details: { under_way: what },
    },
  );
}

/** Some sandboxes let nobody write there; a commit has to wait until somebody else makes it. @throws NOT_WRITABLE */
export function refuseReadOnly({ gitDir, commonDir }: Repository): void {
  for (const directory of new Set([gitDir, commonDir, join(commonDir, 'objects')])) {
    try {
      accessSync(directory, constants.W_OK);
    } catch (cause) {
      throw new CommsError(
        'NOT_WRITABLE',
        `${directory} cannot be written here, so that nothing can be committed. What waits stays as it is.`,
        {
          hint: 'Run "comms commit" where it can be written, such as outside of the sandbox.',
          details: { path: directory },
          cause,
        },
      );
    }
  }
}

/** What is in conflict in the index without a merge, as after "git stash pop". @throws MERGE_UNDER_WAY */
export function refuseConflicts(paths: readonly string[]): void {
  if (paths.length === 0) return;
  throw new CommsError('MERGE_UNDER_WAY', `Files of the workspace are in conflict: ${paths.join(', ')}. Nothing was committed.`, {
    hint: 'Settle the conflict, then run "git add" on each of them.',
    details: { paths: [...paths] },
  });
}

/** @throws DETACHED_HEAD */
export function refuseDetached(head: { branch: string | undefined; commit: string | undefined }): void {
  if (head.branch !== undefined) return;
  throw new CommsError('DETACHED_HEAD', 'HEAD is on no branch: the next checkout would leave a commit behind, and its messages with it.', {
    hint: 'Switch to a branch, or make one here: git switch -c NAME',
    details: { commit: head.commit },
  });
}
