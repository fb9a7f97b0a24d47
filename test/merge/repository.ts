import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { driverSettings, withAttributes } from '../../src/core/git/drivers.ts';
import { nodeFileSystem } from '../../src/store/files/file-system.ts';
import { createFilesStore } from '../../src/store/files/files-store.ts';
import type { Store } from '../../src/store/store.ts';
import { testOptions } from '../store/conformance.ts';

export const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));
export const AGENTS = ['gpt', 'gemini', 'claude'];

/** Nothing of the machine's git config matters. */
export const GIT_ENV = {
  ...process.env,
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_AUTHOR_NAME: 't',
  GIT_AUTHOR_EMAIL: 't@example.org',
  GIT_COMMITTER_NAME: 't',
  GIT_COMMITTER_EMAIL: 't@example.org',
  GIT_EDITOR: 'true',
};

export interface TestRepository {
  top: string;
  root: string;
  git: (...args: string[]) => string;
  /** The same, with its status and what it said. */
  tryGit: (...args: string[]) => { status: number; said: string };
  /** A store over the files as they are now, with a clock of its own; closed by the caller. */
  open: (clock: () => number) => Store;
  commit: (message: string) => void;
}

/** A repository with an empty workspace, the driver set up (unless `driver` is false), and one commit on main. */
export async function repository({ driver = true } = {}): Promise<TestRepository> {
  const top = realpathSync(mkdtempSync(join(tmpdir(), 'comms-merge-')));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const made = repositoryIn(top);
  made.git('init', '-q', '-b', 'main');
  mkdirSync(made.root);
  writeFileSync(join(made.root, 'config.json'), JSON.stringify({ version: '1.0', agents: { gpt: {}, gemini: {}, claude: {} } }));
  writeFileSync(join(made.root, '.gitignore'), '.state/\n');
  writeFileSync(join(made.root, '.gitattributes'), withAttributes('*.md -text\nstatus.json -text\n'));
  if (driver) useDriver(made);
  const store = made.open(() => 0);
  for (const agent of AGENTS) await store.addInbox(agent);
  await store.close();
  made.commit('a workspace');
  return made;
}

export function repositoryIn(top: string): TestRepository {
  const root = join(top, 'agent-comms');
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: top, env: GIT_ENV, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const tryGit = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync('git', args, { cwd: top, env: GIT_ENV, encoding: 'utf8' });
    return { status: status ?? -1, said: stdout + stderr };
  };
  const commit = (message: string) => {
    git('add', '-A');
    git('commit', '-q', '--allow-empty', '-m', message);
  };
  const options = testOptions();
  const rules = { ...options.rules, groups: {} };
  const open = (clock: () => number) => createFilesStore({ ...options, rules, clock, newUid, root, fs: { ...nodeFileSystem } });
  return { top, root, git, tryGit, open, commit };
}

let uids = 0;

function newUid(): string {
  uids += 1;
  return `uid-${String(uids).padStart(6, '0')}`;
}

export function useDriver({ git }: TestRepository): void {
  for (const [name, value] of driverSettings([process.execPath, BIN])) git('config', name, value);
}
