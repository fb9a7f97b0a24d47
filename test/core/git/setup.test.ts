import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { driverSettings } from '../../../src/core/git/drivers.ts';
import { withHook, withoutHook } from '../../../src/core/git/hooks.ts';
import { comms as runComms } from '../../cli/harness.ts';
import { BIN, repositoryIn } from '../../merge/repository.ts';
import { git, temporaryDirectory } from '../../workspace/temporary.ts';

const HELLO = ['--type', 'INFO', '--details', 'x'];

async function comms(cwd: string, ...argv: string[]) {
  return runComms(argv, { cwd, env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', PATH: process.env.PATH } });
}

async function codes(cwd: string, ...argv: string[]): Promise<string[]> {
  const { stdout } = await comms(cwd, ...argv, '--json');
  return JSON.parse(stdout).data.problems.map(({ code }: { code: string }) => code);
}

describe('init', () => {
  test('sets git up inside a repository, and says so', async () => {
    const top = temporaryDirectory();
    git(top, 'init', '-q');
    const { stdout } = await comms(top, 'init', '--json');
    expect(JSON.parse(stdout).data.git).toMatchObject({
      attributes: { file: 'agent-comms/.gitattributes', changed: true },
      drivers: { changed: true },
    });
    expect(git(top, 'config', '--local', 'merge.comms-inbox.driver')).toContain('git merge-driver inbox %O %A %B %P');
    expect(
      git(
        top,
        'check-attr',
        'merge',
        '--',
        'agent-comms/gpt-inbox.md',
        'agent-comms/archive/gpt-inbox-2026-01.md',
        'agent-comms/plan.json',
      ),
    ).toBe(
      [
        'agent-comms/gpt-inbox.md: merge: comms-inbox',
        'agent-comms/archive/gpt-inbox-2026-01.md: merge: comms-archive',
        'agent-comms/plan.json: merge: unspecified\n',
      ].join('\n'),
    );
  });

  test('leaves git alone outside of one, with --no-git, and for a database', async () => {
    const outside = await comms(temporaryDirectory(), 'init', '--json');
    expect(JSON.parse(outside.stdout).data.git).toBeUndefined();
    for (const options of [['--no-git'], ['--store', 'sqlite']]) {
      const top = temporaryDirectory();
      git(top, 'init', '-q');
      await comms(top, 'init', ...options);
      expect(git(top, 'config', '--local', '-l')).not.toContain('comms');
    }
  });
});

describe('git setup, check and doctor', () => {
  async function clone(): Promise<string> {
    const [first, second] = [join(temporaryDirectory(), 'first'), join(temporaryDirectory(), 'second')];
    mkdirSync(first);
    git(first, 'init', '-q');
    await comms(first, 'init');
    git(first, 'add', '-A');
    git(first, 'commit', '-qm', 'x');
    git(first, 'clone', '-q', first, second);
    return second;
  }

  test('a clone lacks the driver until it is set up; running it again changes nothing; --remove takes it out', async () => {
    const top = await clone();
    const config = readFileSync(join(top, '.git/config'), 'utf8');
    expect(await codes(top, 'git', 'check')).toEqual(['MERGE_DRIVER_MISSING']);
    expect((await comms(top, 'git', 'check')).exit).toBe(6);
    expect(await codes(top, 'doctor')).toContain('MERGE_DRIVER_MISSING');
    expect((await comms(top, 'git', 'setup', '--hooks')).exit).toBe(0);
    expect(await codes(top, 'git', 'check')).toEqual([]);
    expect(await codes(top, 'doctor')).toEqual([]);
    const { stdout } = await comms(top, 'git', 'setup', '--hooks', '--json');
    expect(JSON.parse(stdout).data).toMatchObject({
      attributes: { changed: false },
      drivers: { changed: false },
      hooks: [{ state: 'kept' }, { state: 'kept' }],
    });
    await comms(top, 'git', 'setup', '--remove');
    expect(readFileSync(join(top, '.git/config'), 'utf8').trim()).toBe(config.trim());
    expect(existsSync(join(top, '.git/hooks/post-merge'))).toBe(false);
    expect(readFileSync(join(top, 'agent-comms/.gitattributes'), 'utf8')).toBe(
      '# Byte for byte, whatever core.autocrlf says.\n*.md -text\nstatus.json -text\n',
    );
    expect(await codes(top, 'git', 'check')).toEqual(['ATTRIBUTES_MISSING', 'ATTRIBUTES_NOT_COMMITTED']);
    expect(await codes(top, 'doctor')).toEqual([]);
  });

  test('what a merge without the driver left is merged anew as git check says', async () => {
    const top = await clone();
    await comms(top, 'git', 'setup', '--remove');
    git(top, 'checkout', '-q', 'agent-comms/.gitattributes');
    const main = git(top, 'branch', '--show-current').trim();
    for (const branch of ['one', 'two']) {
      git(top, 'checkout', '-q', '-b', branch, main);
      await comms(top, 'send', '--from', 'claude', '--to', 'gpt', '--subject', branch, ...HELLO);
      git(top, 'commit', '-qam', branch);
    }
    expect(() => git(top, 'merge', '-q', 'one')).toThrow();
    const { stdout } = await comms(top, 'git', 'check', '--json');
    const hints = JSON.parse(stdout).data.problems.filter(({ code }: { code: string }) => code === 'MERGE_CONFLICT');
    expect(hints.map(({ file }: { file: string }) => file)).toEqual(['agent-comms/gpt-inbox.md', 'agent-comms/status.json']);
    for (const [name, value] of driverSettings([process.execPath, BIN])) git(top, 'config', name, value);
    for (const { hint } of hints) {
      const command = /git checkout [^(]*/.exec(hint)?.[0] ?? 'false';
      expect(spawnSync('sh', ['-c', command], { cwd: top }).status).toBe(0);
    }
    git(top, 'add', 'agent-comms');
    expect(await codes(top, 'git', 'check')).toEqual([]);
    expect(readFileSync(join(top, 'agent-comms/gpt-inbox.md'), 'utf8')).toMatch(/"subject": "one"[\s\S]*"subject": "two"/);
  });

  test('a workspace that is git-ignored shows', async () => {
    const top = await clone();
    await comms(top, 'git', 'setup');
    writeFileSync(join(top, '.gitignore'), 'agent-comms/\n');
    expect(await codes(top, 'git', 'check')).toEqual([]);
    git(top, 'rm', '-rq', '--cached', 'agent-comms');
    expect(await codes(top, 'git', 'check')).toContain('GIT_IGNORED');
  });

  test('other lines of .gitattributes and other hooks stay', async () => {
    const top = await clone();
    writeFileSync(join(top, 'agent-comms/.gitattributes'), '*.png binary\r\n*.md merge=union');
    writeFileSync(join(top, '.git/hooks/post-merge'), '#!/bin/sh\necho mine\nexit 3\n', { mode: 0o755 });
    writeFileSync(join(top, '.git/hooks/post-rewrite'), '#!/usr/bin/env python3\n', { mode: 0o755 });
    const { stderr } = await comms(top, 'git', 'setup', '--hooks');
    expect(stderr).toContain('The hook post-rewrite was left alone');
    expect(readFileSync(join(top, '.git/hooks/post-merge'), 'utf8')).toMatch(
      /^#!\/bin\/sh\n# comms: begin[\s\S]*# comms: end\necho mine\nexit 3\n$/,
    );
    await comms(top, 'git', 'setup', '--remove');
    expect(readFileSync(join(top, '.git/hooks/post-merge'), 'utf8')).toBe('#!/bin/sh\necho mine\nexit 3\n');
    expect(readFileSync(join(top, 'agent-comms/.gitattributes'), 'utf8')).toMatch(/^\*\.png binary\r\n\*\.md merge=union(\r\n)?$/);
  });

  test('outside of a repository there is nothing to set up', async () => {
    const cwd = temporaryDirectory();
    await comms(cwd, 'init');
    const { exit, stderr } = await comms(cwd, 'git', 'setup');
    expect([exit, stderr]).toEqual([3, expect.stringContaining('lies in no git working tree')]);
  });
});

describe('without a driver that runs', () => {
  /** Both sides sent to gpt; what git makes of it with these settings. */
  async function conflict(settings: [string, string][]): Promise<{ status: number; text: string }> {
    const { top, root, ...repo } = repositoryIn(temporaryDirectory());
    repo.git('init', '-q', '-b', 'main');
    await comms(top, 'init');
    for (const name of ['inbox', 'status']) repo.git('config', '--remove-section', `merge.comms-${name}`);
    for (const [name, value] of settings) repo.git('config', name, value);
    repo.commit('x');
    for (const branch of ['one', 'other']) {
      repo.git('checkout', '-q', '-b', branch, 'main');
      await comms(top, 'send', '--from', 'claude', '--to', 'gpt', '--subject', branch, ...HELLO);
      repo.commit(branch);
    }
    const { status } = repo.tryGit('merge', '-q', '--no-edit', 'one');
    return { status, text: readFileSync(join(root, 'gpt-inbox.md'), 'utf8') };
  }

  test.each([
    ['none is set up', []],
    ['this comms is gone, and there is none on the PATH', driverSettings(['/nowhere/node', '/nowhere/comms.js'])],
    ['it cannot be loaded', driverSettings(['/bin/false', '/bin/false'])],
    [
      'it ends in an unknown way',
      driverSettings([]).map(([name, value]): [string, string] => [name, value.replaceAll('command -v comms', 'false')]),
    ],
  ])('%s: an ordinary conflict, with both sides in it', async (_, settings) => {
    const { status, text } = await conflict(settings);
    expect(status).toBe(1);
    for (const part of ['<<<<<<<', '=======', '>>>>>>>', '"subject": "one"', '"subject": "other"']) expect(text).toContain(part);
  });
});

describe('the part of a hook', () => {
  test('never fails, and does not stop what follows', () => {
    const cwd = temporaryDirectory();
    mkdirSync(join(cwd, '.git'));
    const text = withHook('#!/bin/sh\necho mine\n', { program: ['/bin/false', '/bin/false'], place: "it's here" }) ?? '';
    writeFileSync(join(cwd, 'hook'), text, { mode: 0o755 });
    expect(spawnSync(join(cwd, 'hook'), { cwd, encoding: 'utf8' })).toMatchObject({ status: 0, stdout: 'mine\n', stderr: '' });
    expect(withoutHook(text)).toBe('#!/bin/sh\necho mine\n');
  });
});
