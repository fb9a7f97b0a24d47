import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CommsError } from '../errors.ts';
import { conflictsIn } from './entries.ts';
import { SYNCING } from './environment.ts';
import type { Repository } from './repository.ts';
import { underWay } from './under-way.ts';

/** Says which merge in this working tree is ours; whoever was killed over one leaves it. */
const MERGING = 'refs/worktree/comms/merging';

/**
 * Merges a commit into HEAD as `git merge` does, with whatever drivers are set up. Where a person must decide the merge is
 * taken back, and the working tree is as it was. @throws MERGE_CONFLICT with the paths, GIT_FAILED
 */
export async function mergeCommit(repository: Repository, { tip, message }: { tip: string; message: string }): Promise<void> {
  const { git } = repository;
  await git(['update-ref', MERGING, tip]);
  const { status, stdout, stderr } = await git(['merge', '--ff', '--no-edit', '--no-verify', '--no-autostash', '-m', message, tip], {
    allow: [1, 2, 128],
    env: { [SYNCING]: '1' },
  });
  if (status !== 0) {
    const said = `${stdout.toString('utf8')}\n${stderr}`;
    const paths = await conflictsIn(git);
    if (underWay(repository) === 'merge') await git(['merge', '--abort']);
    await forgetMerge(repository);
    throw paths.length > 0 ? conflict(paths) : refused(said);
  }
  await forgetMerge(repository);
}

/** Whether the merge that is under way is one that a killed process of ours left, and nobody has settled since. */
export async function isOwnMerge({ git, gitDir }: Repository): Promise<boolean> {
  const { stdout } = await git(['rev-parse', '--quiet', '--verify', MERGING], { allow: [1, 128] });
  const theirs = await readFile(join(gitDir, 'MERGE_HEAD'), 'utf8').catch(() => '');
  return theirs.trim() !== '' && theirs.trim() === stdout.toString('utf8').trim() && (await conflictsIn(git)).length > 0;
}

export async function abortOwnMerge(repository: Repository): Promise<void> {
  await repository.git(['merge', '--abort']);
  await forgetMerge(repository);
}

/** Whether `commit` is in the history of `of`. */
export async function isAncestor({ git }: Repository, commit: string, of: string): Promise<boolean> {
  return (await git(['merge-base', '--is-ancestor', commit, of], { allow: [1] })).status === 0;
}

async function forgetMerge({ git }: Repository): Promise<void> {
  await git(['update-ref', '-d', MERGING], { allow: [1, 128] });
}

function conflict(paths: string[]): CommsError {
  return new CommsError(
    'MERGE_CONFLICT',
    `A person must decide what becomes of ${paths.join(', ')}. The merge was taken back; nothing is lost.`,
    {
      hint: 'Run "git pull --no-rebase", settle the conflicts, commit, and then run "comms sync" again. "comms git setup" lets git merge inboxes by itself.',
      details: { paths },
    },
  );
}

/** Git refuses by itself where a merge would overwrite what no commit has. */
function refused(said: string): CommsError {
  const paths = [...said.matchAll(/^(?:\t| {2})(\S.*)$/gm)].map(([, path = '']) => path);
  if (/would be overwritten by merge|not uptodate|uncommitted changes/i.test(said)) {
    return new CommsError(
      'MERGE_CONFLICT',
      `The merge would overwrite changes that no commit has: ${paths.join(', ') || 'see git status'}. Nothing was done to them.`,
      {
        hint: 'Commit them, or put them aside with "git stash", and run "comms sync" again.',
        details: { paths },
      },
    );
  }
  const unrelated = /unrelated histories/i.test(said);
  return new CommsError('GIT_FAILED', `The merge failed: ${said.trim().split('\n').at(-1) ?? ''}`, {
    hint: unrelated
      ? 'The two repositories have no common commit; is it the right remote?'
      : 'Run "git status" to see where the repository stands.',
    details: { stderr: said },
  });
}
