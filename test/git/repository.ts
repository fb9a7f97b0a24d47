import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runCli } from '../../src/cli/run.ts';
import { type Comms, openComms } from '../../src/comms.ts';
import { temporaryDirectory, writeFiles } from '../workspace/temporary.ts';

// Nothing of the machine's own settings may matter, in the calls of the code under test neither.
Object.assign(process.env, { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' });
for (const name of Object.keys(process.env).filter((key) => /^GIT_(DIR|INDEX_FILE|WORK_TREE|AUTHOR|COMMITTER)/.test(key)))
  delete process.env[name];

export interface TestRepository {
  top: string;
  /** The workspace, `agent-comms` in it. */
  root: string;
  git: (...args: string[]) => string;
  comms: () => Promise<Comms>;
  /** Runs a command line here; with --json the parsed answer is in `json`. */
  run: (...argv: string[]) => Promise<{
    exit: number;
    out: string;
    err: string;
    json: { ok: boolean; data: never; error: { code: string; message: string; hint: string; details: Record<string, unknown> } };
  }>;
  send: (more?: { from?: string; to?: string; subject?: string; type?: string }) => Promise<string>;
  write: (files: Record<string, string>) => void;
  read: (path: string) => string;
}

/** A repository on the branch main with one commit, and a workspace of claude, gpt and gemini in it that no commit has. */
export async function testRepository({ config = {}, commit = true }: { config?: object; commit?: boolean } = {}): Promise<TestRepository> {
  const top = temporaryDirectory();
  gitIn(top, 'init', '-q', '-b', 'main');
  configure(top);
  const repository = opened(top);
  repository.write({ 'readme.txt': 'one\ntwo\nthree\n', 'src/a.txt': 'a\n' });
  if (commit) {
    repository.git('add', 'readme.txt', 'src');
    repository.git('commit', '-qm', 'first');
  }
  await repository.run('init', '--agents', 'claude,gpt,gemini');
  const file = join(repository.root, 'config.json');
  repository.write({ 'agent-comms/config.json': JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...config }, null, 2) });
  return repository;
}

export function configure(top: string): void {
  gitIn(top, 'config', 'user.name', 'Test');
  gitIn(top, 'config', 'user.email', 'test@example.org');
  gitIn(top, 'config', 'commit.gpgsign', 'false');
}

/** The same for a clone that is there already. */
export function opened(top: string): TestRepository {
  const root = join(top, 'agent-comms');
  const repository: TestRepository = {
    top,
    root,
    git: (...args) => gitIn(top, ...args),
    comms: () => openComms({ workspace: root, cwd: top }),
    async run(...argv) {
      let [out, err] = ['', ''];
      const exit = await runCli(argv, {
        cwd: top,
        env: {},
        stdin: (async function* () {})(),
        stdout: { write: (text) => (out += text) },
        stderr: { write: (text) => (err += text) },
      });
      return { exit, out, err, json: argv.includes('--json') ? JSON.parse(out) : undefined };
    },
    async send({ from = 'claude', to = 'gpt', subject = 'Hello', type = 'INFO' } = {}) {
      const comms = await repository.comms();
      const { message } = await comms.send({ from, to: [to], type, subject, details: 'x' });
      await comms.close();
      return message.id;
    },
    write: (files) => writeFiles(top, files),
    read: (path) => readFileSync(join(top, path), 'utf8'),
  };
  return repository;
}

export function gitIn(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
}
