import { CommsError } from '../errors.ts';
import type { Repository } from './repository.ts';

/**
 * The commit that a revision names. What somebody typed is never read as an option. @throws UNKNOWN_REVISION with what can
 * be written instead
 */
export async function commitAt({ git }: Pick<Repository, 'git'>, revision: string): Promise<string> {
  if (revision !== '' && !revision.startsWith('-') && !/[\0\n]/.test(revision)) {
    const { status, stdout } = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], {
      allow: [1, 128],
    });
    const oid = stdout.toString('utf8').trim();
    if (status === 0 && /^[0-9a-f]{40,64}$/.test(oid)) return oid;
  }
  throw new CommsError('UNKNOWN_REVISION', `git knows no commit ${JSON.stringify(revision.slice(0, 100))}.`, {
    hint: 'Name a commit, branch or tag, such as HEAD~3, main or 1a2b3c4; "comms log" lists commits. In a shallow clone, "git fetch --unshallow" gets the rest.',
    details: { revision },
  });
}

/** HEAD's commit; undefined before the first one. */
export async function headCommit({ git }: Pick<Repository, 'git'>): Promise<string | undefined> {
  const { status, stdout } = await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], { allow: [1, 128] });
  return status === 0 ? stdout.toString('utf8').trim() : undefined;
}

/** The commit from which two went different ways; undefined where they have nothing in common. */
export async function mergeBase({ git }: Pick<Repository, 'git'>, one: string, other: string): Promise<string | undefined> {
  const { stdout } = await git(['merge-base', one, other], { allow: [1] });
  return stdout.toString('utf8').trim() || undefined;
}

/** The two ends of "A..B" or "A...B", where a missing one is HEAD; undefined for a single revision. */
export function rangeOf(text: string): { from: string; to: string; symmetric: boolean } | undefined {
  // No name of a branch or tag holds two dots.
  const found = /^((?:(?!\.\.).)*)(\.{2,3})(?!\.)((?:(?!\.\.).)*)$/s.exec(text);
  if (!found) return undefined;
  const [, from = '', dots, to = ''] = found;
  return { from: from || 'HEAD', to: to || 'HEAD', symmetric: dots === '...' };
}
