import { realpathSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { CommsError } from '../errors.ts';
import { ownEnvironment } from './environment.ts';
import { type Git, gitIn } from './git.ts';

/** The repository that a workspace lies in. */
export interface Repository {
  /** The top of the working tree, links resolved. */
  top: string;
  /** Its own git directory, and the one that all working trees share. */
  gitDir: string;
  commonDir: string;
  /** Where the workspace lies in it, with forward slashes: "agent-comms". */
  place: string;
  /** Runs git at the top. */
  git: Git;
}

/**
 * The repository is found by where `root` lies, also from within a hook, which git runs in the repository of its own.
 * @throws NOT_A_REPOSITORY, GIT_MISSING
 */
export async function repositoryAt(
  root: string,
  { env = process.env }: { env?: Record<string, string | undefined> } = {},
): Promise<Repository> {
  const options = { env: ownEnvironment(env) };
  const { status, stdout, stderr } = await gitIn(root, options)(
    ['rev-parse', '--path-format=absolute', '--show-toplevel', '--git-dir', '--git-common-dir'],
    { allow: [128] },
  );
  const [top = '', gitDir = '', commonDir = ''] = stdout.toString('utf8').split('\n');
  if (/dubious ownership/i.test(stderr)) throw notTrusted(root, stderr);
  if (status !== 0 || top === '') {
    throw new CommsError('NOT_A_REPOSITORY', `The workspace ${root} lies in no git working tree.`, {
      hint: 'Run "git init" there, or use the workspace of a repository.',
      details: { root, stderr },
    });
  }
  const real = realpathSync(top);
  const place = relative(real, realpathSync(root)).split(sep).join('/') || '.';
  return { top: real, gitDir: resolve(gitDir), commonDir: resolve(commonDir), place, git: gitIn(real, options) };
}

/** Git works in no repository of another user, unless it is told to. */
function notTrusted(root: string, stderr: string): CommsError {
  const command = /git config --global --add safe\.directory .*/.exec(stderr)?.[0];
  return new CommsError(
    'GIT_FAILED',
    `git does not trust the repository that the workspace ${root} lies in, since it belongs to another user.`,
    {
      hint: `If you do, run: ${command ?? "git config --global --add safe.directory '*'"}`,
      details: { root, stderr },
    },
  );
}
