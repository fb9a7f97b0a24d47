import { CommsError } from '../errors.ts';
import type { Git } from './git.ts';
import { configValue } from './head.ts';

/**
 * Makes a commit of a tree, signed where commit.gpgsign asks for that, without any hook. No branch has it yet.
 * @throws GIT_FAILED, with what to do where git does not know who commits
 */
export async function makeCommit(
  git: Git,
  { tree, parent, message }: { tree: string; parent: string | undefined; message: string },
): Promise<string> {
  const sign = (await configValue(git, 'commit.gpgsign', 'bool')) === 'true';
  // Its text is UTF-8, whatever i18n.commitEncoding says.
  const args = [
    '-c',
    'i18n.commitEncoding=UTF-8',
    'commit-tree',
    ...(sign ? ['-S'] : []),
    ...(parent === undefined ? [] : ['-p', parent]),
    '-F',
    '-',
    tree,
  ];
  const { status, stdout, stderr } = await git(args, { stdin: message, allow: [1, 128] });
  if (status === 0) return stdout.toString('utf8').trim();
  throw notMade(stderr, sign);
}

/** Moves HEAD, and the branch it is on, from one commit to the next. Answers false where it is elsewhere by now. @throws GIT_FAILED */
export async function moveHead(git: Git, { from, to, why }: { from: string | undefined; to: string; why: string }): Promise<boolean> {
  const { status, stderr } = await git(['update-ref', '-m', why, 'HEAD', to, from ?? '0'.repeat(to.length)], { allow: [1, 128] });
  if (status === 0) return true;
  if (/cannot lock ref|reference already exists|File exists/i.test(stderr) && !/Permission denied|Read-only/i.test(stderr)) return false;
  throw new CommsError('GIT_FAILED', `The branch cannot be moved to the new commit: ${lastLine(stderr)}`, {
    hint: 'Run "git status" to see where the repository stands.',
    details: { stderr },
  });
}

function notMade(stderr: string, sign: boolean): CommsError {
  const details = { stderr };
  if (/ident name|Please tell me who you are|unable to auto-detect email/i.test(stderr)) {
    return new CommsError('GIT_FAILED', 'git does not know who commits: user.name or user.email is not set.', {
      hint: 'Run: git config user.name "Your Name" && git config user.email you@example.com',
      details,
    });
  }
  // Of ssh it says only what is wrong with the key.
  if (sign && /sign|gpg|\bkey\b/i.test(stderr)) {
    return new CommsError('GIT_FAILED', `The commit cannot be signed, as commit.gpgsign asks: ${lastLine(stderr)}`, {
      hint: 'Unlock the key, or leave the signing out for this repository: git config commit.gpgsign false',
      details,
    });
  }
  return new CommsError('GIT_FAILED', `git commit-tree failed: ${lastLine(stderr)}`, {
    hint: 'Run "git fsck" to see how the repository is.',
    details,
  });
}

function lastLine(stderr: string): string {
  return stderr.trim().split('\n').at(-1) ?? '';
}
