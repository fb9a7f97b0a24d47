// What only processes show: several that reserve at once, and git's hook. Built by `npm test` before.
import { execFile, spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { spec } from '../../src/cli/commands/reservations.ts';
import { applyInit, planInit } from '../../src/workspace/scaffold.ts';
import { git, temporaryDirectory, writeFiles } from '../workspace/temporary.ts';

const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));
const env = { PATH: process.env.PATH };

interface Ended {
  exit: number;
  out: string;
}

function start(cwd: string, ...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [BIN, ...args], { cwd, env }, (_, out) => resolve({ exit: child.exitCode ?? -1, out }));
  });
}

/** A repository whose workspace has claude, gpt and gemini. */
function repository(): string {
  const top = temporaryDirectory();
  applyInit(
    planInit({ root: join(top, 'agent-comms'), project: top, agents: ['claude', 'gpt', 'gemini'], at: '2026-01-17T12:00:00.000Z' }),
  );
  git(top, 'init', '-q');
  return top;
}

test('of several processes that reserve the same at once exactly one has it, and nobody loses what is its own', async () => {
  const top = repository();
  const agents = ['claude', 'gpt', 'gemini', 'claude', 'gpt', 'gemini', 'claude', 'gpt', 'gemini'];
  const ended = await Promise.all(
    agents.map((agent, at) => start(top, 'reserve', at % 2 === 0 ? 'src/**' : 'src/login.ts', '--as', agent, '--json')),
  );
  const codes = ended.map(({ exit, out }) => (exit === 0 ? 'reserved' : JSON.parse(out).error.code));
  expect(new Set(codes)).toEqual(new Set(['reserved', 'RESERVED']));
  const winners = new Set(agents.filter((_, at) => codes[at] === 'reserved'));
  expect(winners.size).toBe(1);

  const own = await Promise.all(agents.map((agent, at) => start(top, 'reserve', `own/${at}`, '--as', agent)));
  expect(own.map(({ exit }) => exit)).toEqual(agents.map(() => 0));
  const { reservations } = JSON.parse(readFileSync(join(top, 'agent-comms', 'reservations.json'), 'utf8'));
  expect(reservations.filter(({ path }: { path: string }) => path.startsWith('own/'))).toHaveLength(agents.length);
  expect(
    new Set(reservations.filter(({ path }: { path: string }) => path.startsWith('src/')).map(({ agent }: { agent: string }) => agent)),
  ).toEqual(winners);
}, 60_000);

describe.skipIf(process.platform === 'win32')('a pre-commit hook', () => {
  /** The example of the help, as it stands there, with the name of the agent from the environment. */
  const line = spec.examples.find(({ does }) => does.includes('pre-commit'))?.command ?? '';

  function guarded(): { top: string; commit: (cwd: string, agent: string) => { status: number | null; said: string } } {
    const top = repository();
    writeFiles(top, { 'src/login.ts': 'one\n', 'src/é.ts': 'one\n', 'docs/a.md': 'one\n' });
    git(top, 'add', '-A');
    git(top, 'commit', '-qm', 'first');
    const hook = join(top, '.git', 'hooks', 'pre-commit');
    const bin = join(temporaryDirectory(), 'comms');
    writeFileSync(bin, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`);
    writeFileSync(hook, `#!/bin/sh\n${line.replace('--as claude', '--as "$COMMS_AGENT"')}\n`);
    for (const file of [bin, hook]) chmodSync(file, 0o755);
    const commit = (cwd: string, agent: string) => {
      const world = { ...env, PATH: `${join(bin, '..')}:${env.PATH}`, COMMS_AGENT: agent, GIT_CONFIG_GLOBAL: '/dev/null', HOME: top };
      const args = ['-c', 'user.name=test', '-c', 'user.email=test@example.org', 'commit', '-qm', 'next'];
      const { status, stdout, stderr } = spawnSync('git', args, { cwd, env: world, encoding: 'utf8' });
      return { status, said: stdout + stderr };
    };
    return { top, commit };
  }

  test('is what the help shows, and stops what another agent has reserved', async () => {
    const { top, commit } = guarded();
    expect((await start(top, 'reserve', 'src', '--as', 'gpt', '--task', 'task-2')).exit).toBe(0);

    writeFileSync(join(top, 'docs/a.md'), 'two\n');
    git(top, 'add', 'docs');
    expect(commit(top, 'claude')).toEqual({ status: 0, said: expect.any(String) });

    writeFileSync(join(top, 'src/é.ts'), 'two\n');
    git(top, 'add', 'src');
    const refused = commit(top, 'claude');
    expect(refused.status).toBe(1);
    expect(refused.said).toContain('src/é.ts is reserved by gpt (src) for "task-2" until ');
    expect(commit(top, 'gpt').status).toBe(0);

    git(top, 'mv', 'src/login.ts', 'docs/login.ts');
    // What is moved away is changed, too.
    expect(commit(top, 'claude').said).toContain('src/login.ts is reserved by gpt');
    expect((await start(top, 'unreserve', 'src', '--as', 'gpt')).exit).toBe(0);
    expect(commit(top, 'claude').status).toBe(0);
  }, 60_000);

  test('guards linked working trees and directories below, too', async () => {
    const { top, commit } = guarded();
    const other = join(temporaryDirectory(), 'other');
    git(top, 'worktree', 'add', '-q', other);
    expect((await start(join(other, 'src'), 'reserve', 'login.ts', '--as', 'gpt')).exit).toBe(0);
    for (const tree of [top, other]) {
      writeFileSync(join(tree, 'src/login.ts'), 'two\n');
      git(tree, 'add', 'src');
      expect(commit(join(tree, 'docs'), 'claude').said).toContain('src/login.ts is reserved by gpt');
    }
    expect(commit(other, 'gpt').status).toBe(0);
  }, 60_000);
});
