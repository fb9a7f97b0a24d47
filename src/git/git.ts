import { spawn } from 'node:child_process';
import { CommsError, errnoOf } from '../errors.ts';

/** How a call of git is made. */
export interface GitOptions {
  /** What git reads on stdin. Default: nothing. */
  stdin?: string | Uint8Array;
  /** Beside the environment of the process, such as GIT_INDEX_FILE. */
  env?: Record<string, string>;
  /** Exit statuses that are answers and no errors. Default: only 0. */
  allow?: readonly number[];
  signal?: AbortSignal;
}

export interface GitOutput {
  status: number;
  stdout: Buffer;
  stderr: string;
}

/** Runs git in one directory. */
export type Git = (args: readonly string[], options?: GitOptions) => Promise<GitOutput>;

/**
 * Git in `cwd`, without a shell, without a pager, a prompt or an editor, and without locks for what only looks
 * (GIT_OPTIONAL_LOCKS=0). Messages are in English, since some of them are understood.
 * @throws GIT_FAILED with git's own words, GIT_MISSING where there is no git
 */
export function gitIn(cwd: string, { env = process.env }: { env?: Record<string, string | undefined> } = {}): Git {
  return async (args, { stdin, env: more = {}, allow = [], signal } = {}) => {
    const child = spawn('git', args, {
      cwd,
      env: { ...quietEnvironment(env), ...more },
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(signal && { signal }),
    });
    const [out, err]: [Buffer[], Buffer[]] = [[], []];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    // Git may end before it has read all of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    const status = await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, killedBy) => (code === null ? reject(new Error(`git was ended by ${killedBy}.`)) : resolve(code)));
    }).catch((error: unknown) => {
      throw signal?.aborted ? signal.reason : notStarted(error);
    });
    const output = { status, stdout: Buffer.concat(out), stderr: Buffer.concat(err).toString('utf8') };
    if (status === 0 || allow.includes(status)) return output;
    throw failed(args, output);
  };
}

/** What keeps git from asking, paging, editing and locking. */
export function quietEnvironment(env: Record<string, string | undefined>): Record<string, string | undefined> {
  return { ...env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_PAGER: 'cat', GIT_EDITOR: 'true' };
}

function failed(args: readonly string[], { status, stderr }: GitOutput): CommsError {
  const said = stderr.trim().split('\n').slice(-5).join('\n');
  return new CommsError('GIT_FAILED', `git ${subcommandOf(args)} ended with ${status}: ${said || 'it says nothing'}`, {
    hint: 'Run "git status" to see where the repository stands.',
    details: { args: [...args], status, stderr },
  });
}

/** What stands behind the settings that a call brings along. */
function subcommandOf(args: readonly string[]): string {
  const at = args.findIndex((arg, n) => arg !== '-c' && args[n - 1] !== '-c');
  return args[at] ?? '';
}

/** What a failed start of git means. */
export function notStarted(error: unknown): unknown {
  if (errnoOf(error) !== 'ENOENT') return error;
  return new CommsError('GIT_MISSING', 'There is no git on this machine.', {
    hint: 'Install git, or work without its history.',
    cause: error,
  });
}
