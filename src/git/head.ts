import type { Git } from './git.ts';

export interface Head {
  /** Undefined on a branch without a commit. */
  commit: string | undefined;
  /** The short name of the branch; undefined where HEAD is detached. */
  branch: string | undefined;
}

export async function headOf(git: Git): Promise<Head> {
  const [commit, branch] = await Promise.all([
    git(['rev-parse', '--quiet', '--verify', 'HEAD^{commit}'], { allow: [1, 128] }),
    git(['symbolic-ref', '--quiet', '--short', 'HEAD'], { allow: [1] }),
  ]);
  return { commit: line(commit.stdout), branch: line(branch.stdout) };
}

/** The value of a setting; undefined where it is not set. */
export async function configValue(git: Git, name: string, type?: 'bool'): Promise<string | undefined> {
  return line((await git(['config', ...(type ? [`--type=${type}`] : []), '--get', name], { allow: [1] })).stdout);
}

function line(stdout: Buffer): string | undefined {
  return stdout.toString('utf8').trim() || undefined;
}
