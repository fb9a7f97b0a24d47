import { setTimeout as sleep } from 'node:timers/promises';
import { CommsError } from '../errors.ts';
import { type Entry, indexEntries, indexInfo } from './entries.ts';
import type { Git } from './git.ts';

const RETRY_MS = 100;

/**
 * Makes the index's entries that the pathspecs name those of `entries`, and touches no others: what is staged stays staged.
 * Waits up to `waitMs` for a git that has the index. @throws GIT_FAILED
 */
export async function alignIndex(
  git: Git,
  { pathspecs, entries, waitMs }: { pathspecs: readonly string[]; entries: readonly Entry[]; waitMs: number },
): Promise<void> {
  for (let left = waitMs; ; left -= RETRY_MS) {
    const lines = indexInfo(await indexEntries(git, pathspecs), entries);
    if (lines === '') return;
    const { status, stderr } = await git(['update-index', '-z', '--index-info'], { stdin: lines, allow: [1, 128] });
    if (status === 0) {
      // Without the times of the files, commands such as sparse-checkout take them for changed. That is no part of the work.
      await git(['add', '--refresh', '--', ...pathspecs], { allow: [1, 128] });
      return;
    }
    if (!isLocked(stderr)) throw failed(stderr);
    if (left <= 0) throw locked(waitMs);
    await sleep(RETRY_MS);
  }
}

function isLocked(stderr: string): boolean {
  return /index\.lock'?: File exists|Another git process/i.test(stderr);
}

function locked(waitMs: number): CommsError {
  return new CommsError('GIT_FAILED', `Another git command has the index of this repository, and had it for ${waitMs / 1000} s.`, {
    hint: 'Somebody may be writing a commit; try again when it is done. If no git runs any more, remove .git/index.lock.',
    details: { locked: 'index' },
  });
}

function failed(stderr: string): CommsError {
  return new CommsError('GIT_FAILED', `git update-index failed: ${stderr.trim()}`, {
    hint: 'Run "git status" to see where the repository stands.',
    details: { stderr },
  });
}
