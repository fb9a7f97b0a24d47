import { CommsError } from '../errors.ts';
import type { Git } from './git.ts';
import { configValue } from './head.ts';

/** A branch of another repository. */
export interface Target {
  /** A remote's name, or a URL. */
  remote: string;
  branch: string;
  /** How it may be called where others read it: a URL may hold a password. */
  name: string;
}

const FETCHED = 'refs/worktree/comms/fetched';
/** Somebody else was faster; everything else that a remote refuses stays refused. */
const MOVED =
  /\[rejected\]|fetch first|non-fast-forward|cannot lock ref|failed to update ref|incorrect old value|reference already exists/i;

/** Where a branch is synced to: as asked, else its upstream, else the branch of its name at `origin` or the only remote. @throws USAGE */
export async function targetOf(
  git: Git,
  own: string,
  asked: { remote?: string | undefined; branch?: string | undefined },
): Promise<Target> {
  const [upstream, upstreamBranch] = await Promise.all([configValue(git, `branch.${own}.remote`), configValue(git, `branch.${own}.merge`)]);
  const names = (await git(['remote'])).stdout
    .toString('utf8')
    .split('\n')
    .filter((name) => name !== '');
  const fallback = names.includes('origin') ? 'origin' : names.length === 1 ? names[0] : undefined;
  // A branch may track another one of its own repository.
  const remote = asked.remote ?? (upstream === '.' ? undefined : upstream) ?? fallback;
  if (remote === undefined || remote.startsWith('-') || remote === '') {
    throw new CommsError(
      'USAGE',
      names.length === 0 ? 'This repository has no remote to sync with.' : `Which remote is meant: ${names.join(', ')}?`,
      {
        hint: names.length === 0 ? 'Add one: git remote add origin URL' : `Name it: comms sync --remote ${names[0]}`,
        details: { remotes: names },
      },
    );
  }
  const same = remote === upstream ? upstreamBranch?.replace(/^refs\/heads\//, '') : undefined;
  const branch = asked.branch ?? same ?? own;
  const { status } = await git(['check-ref-format', `refs/heads/${branch}`], { allow: [1] });
  if (status !== 0) throw new CommsError('USAGE', `"${branch}" cannot be the name of a branch.`, { hint: 'Name a branch, such as main.' });
  return { remote, branch, name: names.includes(remote) ? `${remote}/${branch}` : branch };
}

/** The commit that the branch has there now; undefined where it has none. @throws GIT_FAILED */
export async function fetchTip(git: Git, { remote, branch }: Target, signal?: AbortSignal): Promise<string | undefined> {
  const flags = ['--quiet', '--no-tags', '--no-write-fetch-head', '--recurse-submodules=no'];
  const refspec = `+refs/heads/${branch}:${FETCHED}`;
  const { status, stderr } = await git(['-c', 'gc.auto=0', '-c', 'maintenance.auto=false', 'fetch', ...flags, remote, refspec], {
    allow: [1, 128],
    ...(signal && { signal }),
  });
  if (status !== 0) {
    if (/couldn't find remote ref/i.test(stderr)) return undefined;
    throw unreachable('fetched from', remote, stderr);
  }
  return (await git(['rev-parse', '--verify', `${FETCHED}^{commit}`])).stdout.toString('utf8').trim();
}

/** Pushes HEAD there. Answers false where the branch moved meanwhile. @throws GIT_FAILED */
export async function pushHead(git: Git, { remote, branch }: Target, signal?: AbortSignal): Promise<boolean> {
  const { status, stdout, stderr } = await git(['push', '--porcelain', '--recurse-submodules=no', remote, `HEAD:refs/heads/${branch}`], {
    allow: [1, 128],
    ...(signal && { signal }),
  });
  if (status === 0) return true;
  if (MOVED.test(stdout.toString('utf8') + stderr)) return false;
  throw unreachable('pushed to', remote, `${stderr}\n${stdout.toString('utf8').match(/^!.*$/m)?.[0] ?? ''}`);
}

function unreachable(what: string, remote: string, stderr: string): CommsError {
  const said = withoutPasswords(stderr).trim();
  return new CommsError('GIT_FAILED', `Nothing could be ${what} ${withoutPasswords(remote)}: ${said}`, {
    hint: 'What was committed here stays; run "comms sync" again when the remote can be reached and allows it.',
    details: { stderr: said },
  });
}

function withoutPasswords(text: string): string {
  return text.replace(/(\w+:\/\/)[^/@\s]+@/g, '$1');
}
