import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { type TestRepository, testRepository } from '../../git/repository.ts';
import { LONG } from '../../long.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';

const last = ({ git }: TestRepository, format = '%s') => git('log', '-1', `--format=${format}`);
const filesOf = ({ git }: TestRepository) => git('show', '--name-only', '--format=', 'HEAD').split('\n');

describe('a commit', () => {
  it('holds the workspace and nothing else, and says what happened', async () => {
    const repo = await testRepository();
    expect((await repo.run('commit')).exit).toBe(0);
    const id = await repo.send({ type: 'context.query', subject: 'Do not\n\nquote me' });
    const { json } = await repo.run('commit', '--json');
    expect(json).toMatchObject({
      ok: true,
      data: { branch: 'main', subject: `comms: claude → gpt context.query ${id}`, files: ['gpt-inbox.md', 'status.json'] },
    });
    expect(last(repo)).toBe(`comms: claude → gpt context.query ${id}`);
    expect(filesOf(repo)).toEqual(['agent-comms/gpt-inbox.md', 'agent-comms/status.json']);
    expect(repo.git('status', '--porcelain')).toBe('');
    await repo.run('done', id, '--as', 'gpt');
    await repo.run('commit');
    expect(last(repo)).toBe(`comms: gpt completed ${id}`);
    expect(repo.git('log', '-g', '-1', '--format=%gs')).toMatch(/^commit: comms/);
  });

  it('never holds what belongs to this machine, whatever .gitignore says', async () => {
    const repo = await testRepository();
    rmSync(join(repo.root, '.gitignore'));
    writeFileSync(join(repo.root, 'messages.db-wal'), 'x');
    await repo.send();
    await repo.run('commit');
    expect(filesOf(repo).filter((file) => /\.state|messages\.db/.test(file))).toEqual([]);
    expect(readdirSync(join(repo.root, '.state')).filter((name) => name.includes('index'))).toEqual([]);
  });

  it('of nothing is none', async () => {
    const repo = await testRepository();
    await repo.run('commit');
    const before = last(repo, '%H');
    const { exit, out, err } = await repo.run('commit');
    expect({ exit, out, err }).toEqual({ exit: 0, out: '', err: 'Nothing to commit: the last commit has the workspace as it is.\n' });
    expect(last(repo, '%H')).toBe(before);
  });

  it('takes what was removed along', async () => {
    const repo = await testRepository();
    await repo.run('commit');
    rmSync(join(repo.root, 'test-harness.md'));
    await repo.run('commit');
    expect(last(repo)).toBe('comms: test-harness.md');
    expect(repo.git('status', '--porcelain')).toBe('');
  });

  it('has the words of whoever commits first', async () => {
    const repo = await testRepository();
    const id = await repo.send();
    await repo.run('commit', '-m', 'Hand over');
    expect(last(repo, '%B').trim()).toBe(`Hand over\n\nclaude → gpt INFO ${id}`);
  });

  it('is only shown by a dry run', async () => {
    const repo = await testRepository();
    const id = await repo.send();
    const { json } = await repo.run('commit', '--dry-run', '--json');
    expect(json.data).toMatchObject({ dry_run: true, subject: `comms: claude → gpt INFO ${id}` });
    expect(last(repo)).toBe('first');
    expect(repo.git('count-objects')).toMatch(/^[0-9] objects/);
  });

  it('may be the first of its branch', async () => {
    const repo = await testRepository({ commit: false });
    await repo.run('commit');
    expect(repo.git('log', '--format=%s')).toMatch(/^comms: /);
    expect(repo.git('log', '-g', '--format=%gs')).toMatch(/^commit \(initial\): /);
    expect(repo.git('status', '--porcelain')).toBe('?? readme.txt\n?? src/');
  });

  it('finds a workspace that is the top of its repository, and leaves other files there alone', async () => {
    const top = temporaryDirectory();
    const { opened, configure, gitIn } = await import('../../git/repository.ts');
    gitIn(top, 'init', '-q', '-b', 'main');
    configure(top);
    const repo = { ...opened(top), root: top };
    await repo.run('init', '--workspace', '.', '--agents', 'claude,gpt');
    repo.write({ 'notes.txt': 'mine' });
    const { exit, err } = await repo.run('commit', '--workspace', '.');
    expect([exit, err]).toEqual([0, '']);
    expect(repo.git('status', '--porcelain')).toBe('?? notes.txt');
    expect(filesOf(repo)).toContain('claude-inbox.md');
  });
});

describe('what somebody else prepares stays as it is', () => {
  it('staged, unstaged and untracked', async () => {
    const repo = await testRepository();
    await repo.run('commit');
    repo.write({ 'readme.txt': 'one\nTWO\nthree\n', 'new.txt': 'staged\n' });
    repo.git('add', 'readme.txt', 'new.txt');
    repo.write({ 'readme.txt': 'one\nTWO\nTHREE\n', 'src/a.txt': 'changed\n', 'untracked.txt': 'u\n' });
    const before = [repo.git('status', '--porcelain'), repo.git('diff'), repo.git('diff', '--cached')];
    await repo.send();
    await repo.run('commit');
    expect([repo.git('status', '--porcelain'), repo.git('diff'), repo.git('diff', '--cached')]).toEqual(before);
    expect(filesOf(repo)).toEqual(['agent-comms/gpt-inbox.md', 'agent-comms/status.json']);
  });

  it('whatever it is', async () => {
    const repo = await testRepository();
    await repo.run('commit');
    const paths = ['readme.txt', 'src/a.txt', 'src/new one.txt', 'ü.txt', 'agent-comms-not.md'];
    const deeds: ((path: string, text: string) => unknown)[] = [
      (path, text) => repo.write({ [path]: text }),
      (path) => rmSync(join(repo.top, path), { force: true }),
      (path, text) => {
        repo.write({ [path]: text });
        repo.git('add', path);
      },
      (path) => repo.git('rm', '-q', '--cached', '--ignore-unmatch', '-f', path),
      (path) => existsSync(join(repo.top, path)) && repo.git('add', '-N', path),
      (path) => existsSync(join(repo.top, path)) && repo.git('add', path),
    ];
    const state = () => {
      const rest = ['--', '.', ':(exclude)agent-comms'];
      return [
        repo.git('ls-files', '-s', ...rest),
        repo.git('status', '--porcelain', ...rest),
        repo.git('diff', ...rest),
        repo.git('diff', '--cached', ...rest),
      ];
    };
    const rest = (at: string) =>
      repo
        .git('ls-tree', '-r', at)
        .split('\n')
        .filter((line) => !line.includes('agent-comms/'));
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.nat(deeds.length - 1), fc.nat(paths.length - 1)), { maxLength: 8 }), async (steps) => {
        for (const [n, [deed, path]] of steps.entries()) deeds[deed]?.(paths[path] ?? '', `line ${n}\n`);
        await repo.send();
        const [before, head] = [state(), rest('HEAD')];
        expect((await repo.run('commit')).exit).toBe(0);
        expect(state()).toEqual(before);
        expect(rest('HEAD')).toEqual(head);
        expect(repo.git('status', '--porcelain', 'agent-comms')).toBe('');
      }),
      { numRuns: LONG ? 40 : 5 },
    );
  });

  it('in a sparse checkout nothing that is left out is taken for removed', async () => {
    const repo = await testRepository();
    repo.write({ 'agent-comms/schemas/x.y.schema.json': '{}' });
    await repo.run('commit');
    repo.git('sparse-checkout', 'set', '--no-cone', '/*', '!/src/', '!/agent-comms/schemas/');
    expect(existsSync(join(repo.root, 'schemas'))).toBe(false);
    await repo.send();
    expect((await repo.run('commit')).err).toBe('');
    expect(filesOf(repo)).toEqual(['agent-comms/gpt-inbox.md', 'agent-comms/status.json']);
    expect(repo.git('ls-tree', '-r', '--name-only', 'HEAD')).toContain('agent-comms/schemas/x.y.schema.json');
    expect(repo.git('status', '--porcelain')).toBe('');
  });

  it('a file that somebody edited by hand and staged is committed as it is now', async () => {
    const repo = await testRepository();
    await repo.run('commit');
    repo.write({ 'agent-comms/protocol.md': 'staged\n' });
    repo.git('add', 'agent-comms');
    repo.write({ 'agent-comms/protocol.md': 'now\n' });
    await repo.run('commit');
    expect(repo.git('show', 'HEAD:agent-comms/protocol.md')).toBe('now');
    expect(repo.git('status', '--porcelain')).toBe('');
  });
});

describe('refused, with nothing done', () => {
  const refusal = async (repo: TestRepository) => {
    const before = [last(repo, '%H'), repo.git('status', '--porcelain')];
    const { exit, json } = await repo.run('commit', '--json');
    expect([last(repo, '%H'), repo.git('status', '--porcelain')]).toEqual(before);
    return { exit, code: json.error.code, details: json.error.details, hint: json.error.hint, message: json.error.message };
  };
  const diverged = async () => {
    const repo = await testRepository();
    await repo.run('commit');
    repo.git('switch', '-qc', 'other');
    repo.write({ 'readme.txt': 'other\n' });
    repo.git('commit', '-qam', 'other');
    repo.git('switch', '-q', 'main');
    repo.write({ 'readme.txt': 'main\n' });
    repo.git('commit', '-qam', 'main');
    return repo;
  };
  const fails = (repo: TestRepository, ...args: string[]) => expect(() => repo.git(...args)).toThrow();

  it.each([
    ['merge', ['merge', 'other']],
    ['rebase', ['rebase', 'other']],
    ['cherry-pick', ['cherry-pick', 'other']],
    ['revert', ['revert', '--no-edit', 'other~0']],
  ])('in the middle of a %s', async (what, args) => {
    const repo = await diverged();
    fails(repo, ...args);
    await repo.send();
    expect(await refusal(repo)).toMatchObject({ exit: 5, code: 'MERGE_UNDER_WAY', details: { under_way: what } });
  });

  it('in the middle of a bisect', async () => {
    const repo = await diverged();
    repo.git('bisect', 'start');
    await repo.send();
    expect(await refusal(repo)).toMatchObject({ exit: 5, code: 'MERGE_UNDER_WAY', details: { under_way: 'bisect' } });
  });

  it('with HEAD on no branch', async () => {
    const repo = await diverged();
    repo.git('switch', '-q', '--detach');
    await repo.send();
    expect(await refusal(repo)).toMatchObject({ exit: 5, code: 'DETACHED_HEAD', hint: expect.stringContaining('git switch -c') });
  });

  it('with the workspace in conflict after a stash', async () => {
    const repo = await testRepository();
    await repo.run('commit');
    repo.write({ 'agent-comms/protocol.md': 'stashed\n' });
    repo.git('stash', '-q');
    repo.write({ 'agent-comms/protocol.md': 'committed\n' });
    await repo.run('commit');
    fails(repo, 'stash', 'pop');
    expect(await refusal(repo)).toMatchObject({ code: 'MERGE_UNDER_WAY', details: { paths: ['agent-comms/protocol.md'] } });
  });

  it('where git does not know who commits', async () => {
    const repo = await testRepository();
    repo.git('config', '--unset', 'user.name');
    repo.git('config', '--unset', 'user.email');
    repo.git('config', 'user.useConfigOnly', 'true');
    expect(await refusal(repo)).toMatchObject({ exit: 1, code: 'GIT_FAILED', hint: expect.stringContaining('git config user.name') });
  });

  it('where the commit cannot be signed', async () => {
    const repo = await testRepository();
    repo.git('config', 'commit.gpgsign', 'true');
    repo.git('config', 'gpg.program', 'false');
    expect(await refusal(repo)).toMatchObject({ exit: 1, code: 'GIT_FAILED', message: expect.stringContaining('signed') });
    repo.git('config', 'gpg.format', 'ssh');
    repo.git('config', 'user.signingkey', '/nowhere/key.pub');
    expect(await refusal(repo)).toMatchObject({ exit: 1, code: 'GIT_FAILED', message: expect.stringContaining('signed') });
  });

  it('outside of a repository', async () => {
    const repo = await testRepository();
    rmSync(join(repo.top, '.git'), { recursive: true });
    expect((await repo.run('commit', '--json')).json.error.code).toBe('NOT_A_REPOSITORY');
  });
});

test('what it says is UTF-8, whatever encoding commits have otherwise', async () => {
  const repo = await testRepository();
  repo.git('config', 'i18n.commitEncoding', 'ISO-8859-1');
  await repo.send();
  await repo.run('commit');
  expect(repo.git('log', '-1', '--encoding=UTF-8', '--format=%s')).toContain('claude → gpt');
});

test('a workspace that is git-ignored says so', async () => {
  const repo = await testRepository();
  repo.write({ '.gitignore': 'agent-comms/\n' });
  await repo.send();
  const { exit, err } = await repo.run('commit');
  expect(exit).toBe(0);
  expect(err).toMatch(/more files of the workspace are git-ignored/);
  expect(err).toMatch(/Nothing to commit: the last commit has what git does not ignore/);
  expect((await repo.run('commit', '--dry-run')).err).toMatch(/git-ignored/);
});

test('while somebody has the index it waits, and goes on when it is free', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  await repo.send();
  const lock = join(repo.top, '.git', 'index.lock');
  writeFileSync(lock, '');
  const head = last(repo, '%H');
  const commit = repo.run('commit');
  await expect.poll(() => repo.git('rev-parse', 'HEAD')).toBe(head);
  const early = await Promise.race([commit, new Promise((resolve) => setTimeout(() => resolve('waits'), 400))]);
  expect(early).toBe('waits');
  expect(last(repo, '%H')).toBe(head);
  rmSync(lock);
  expect((await commit).exit).toBe(0);
  expect(last(repo)).toMatch(/^comms: claude/);
});

test('in a submodule the submodule has it', async () => {
  const inner = await testRepository();
  const outer = await testRepository();
  outer.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', inner.top, 'sub');
  const { opened, configure } = await import('../../git/repository.ts');
  const sub = opened(join(outer.top, 'sub'));
  configure(sub.top);
  await sub.run('init', '--agents', 'claude,gpt', '--workspace', 'agent-comms');
  const id = await sub.send();
  await sub.run('commit', '--workspace', 'agent-comms');
  expect(last(sub)).toBe(`comms: claude → gpt INFO ${id}`);
});

test('hooks of the project are not run, and what git set for a hook does not matter', async () => {
  const repo = await testRepository();
  repo.write({ '.git/hooks/pre-commit': '#!/bin/sh\nexit 1\n' });
  execFileSync('chmod', ['+x', join(repo.top, '.git/hooks/pre-commit')]);
  await repo.send();
  Object.assign(process.env, { GIT_INDEX_FILE: join(repo.top, 'nowhere'), GIT_DIR: join(repo.top, 'none') });
  const { exit, err } = await repo.run('commit').finally(() => {
    delete process.env.GIT_INDEX_FILE;
    delete process.env.GIT_DIR;
  });
  expect([exit, err]).toEqual([0, '']);
  expect(repo.git('status', '--porcelain')).toBe('');
});

test('two at once come one after another, and none is lost', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  const ids: string[] = [];
  const outcomes = await Promise.all(
    Array.from({ length: 6 }, async () => {
      ids.push(await repo.send());
      return (await repo.run('commit')).exit;
    }),
  );
  expect(outcomes).toEqual([0, 0, 0, 0, 0, 0]);
  expect(repo.git('status', '--porcelain')).toBe('');
  const log = repo.git('log', '--format=%B');
  for (const id of ids) expect(log).toContain(`claude → gpt INFO ${id}`);
});

test('a branch that moves meanwhile is committed on as it is then', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  const id = await repo.send();
  const { commitAlone } = await import('../../../src/core/git/commit.ts');
  const comms = await repo.comms();
  const { repositoryAt } = await import('../../../src/git/repository.ts');
  let reads = 0;
  const still = async (read: () => Promise<void>) => {
    await read();
    reads += 1;
    if (reads === 1) repo.git('commit', '-q', '--allow-empty', '-m', 'between');
  };
  await commitAlone(comms.context, await repositoryAt(repo.root), { still });
  await comms.close();
  expect(reads).toBe(2);
  expect(repo.git('log', '-2', '--format=%s').split('\n')).toEqual([`comms: claude → gpt INFO ${id}`, 'between']);
});
