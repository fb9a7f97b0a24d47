import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, test } from 'vitest';
import { type TestRepository, testRepository } from '../../git/repository.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';

const guard = async (repo: TestRepository, ...args: string[]) => {
  const { exit, json } = await repo.run('git', 'guard', '--json', ...args);
  const data = json.data as { staged: string[]; problems: { code: string; file: string }[]; meetings: { path: string }[] };
  return { exit, problems: data.problems.map(({ code, file }) => `${file} ${code}`), meetings: data.meetings.map(({ path }) => path) };
};

test('what is staged counts, and not what lies in the working tree', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  const inbox = repo.read('agent-comms/gpt-inbox.md');
  repo.write({ 'agent-comms/gpt-inbox.md': `${inbox}\n### Message: msg-001\n\n\`\`\`json\n{"id": \n\`\`\`\n` });
  expect(await guard(repo)).toMatchObject({ exit: 0, problems: [] });
  repo.git('add', 'agent-comms');
  repo.write({ 'agent-comms/gpt-inbox.md': inbox });
  expect(await guard(repo)).toMatchObject({ exit: 6, problems: [expect.stringMatching(/^gpt-inbox.md BAD_JSON/)] });
  repo.git('add', 'agent-comms');
  expect(await guard(repo)).toMatchObject({ exit: 0, problems: [] });
});

test('files that others have reserved refuse, also under names that look like globs', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  await repo.run('reserve', 'src', '--as', 'gpt');
  repo.write({ 'src/a.txt': 'b\n', 'src/[x].txt': 'x\n', 'readme.txt': 'free\n' });
  repo.git('add', 'src', 'readme.txt');
  expect(await guard(repo, '--as', 'claude')).toEqual({ exit: 5, problems: [], meetings: ['src/[x].txt', 'src/a.txt'] });
  expect(await guard(repo, '--as', 'gpt')).toMatchObject({ exit: 0, meetings: [] });
  expect(await guard(repo)).toMatchObject({ exit: 5 });
});

test('a merge may take over what others have reserved and changed, and no more', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  await repo.run('reserve', 'src/a.txt', '--as', 'gpt');
  repo.git('switch', '-qc', 'side');
  repo.write({ 'src/a.txt': 'side\n', 'readme.txt': 'side\n' });
  repo.git('commit', '-qam', 'side');
  repo.git('switch', '-q', 'main');
  repo.write({ 'readme.txt': 'main\n' });
  repo.git('commit', '-qam', 'main');
  expect(() => repo.git('merge', '-q', 'side')).toThrow();
  repo.write({ 'readme.txt': 'both\n' });
  repo.git('add', 'readme.txt');
  expect(await guard(repo, '--as', 'claude')).toMatchObject({ exit: 0, meetings: [] });
  repo.write({ 'src/a.txt': 'mine\n' });
  repo.git('add', 'src');
  expect(await guard(repo, '--as', 'claude')).toMatchObject({ exit: 5, meetings: ['src/a.txt'] });
});

test('in the repository of somebody else it refuses to judge', async () => {
  const [repo, other] = [await testRepository(), await testRepository()];
  const { exit, json } = await other.run('git', 'guard', '--json', '--workspace', repo.root);
  expect([exit, json.error.code]).toEqual([2, 'USAGE']);
});

test('the hook keeps what is there, is put in once, and goes without a trace', async () => {
  const repo = await testRepository();
  const file = join(repo.top, '.git/hooks/pre-commit');
  mkdirSync(join(file, '..'), { recursive: true });
  const own = '#!/bin/bash\nset -e\necho own\n';
  writeFileSync(file, own);
  expect((await repo.run('git', 'guard', '--install')).out).toBe(`Added to ${file}.\n`);
  const text = readFileSync(file, 'utf8');
  expect(text).toMatch(/^#!\/bin\/bash\n# >>> comms git guard >>>\n[\s\S]+# <<< comms git guard <<<\nset -e\necho own\n$/);
  expect((await repo.run('git', 'guard', '--install')).out).toBe(`Nothing to change in ${file}.\n`);
  await repo.run('git', 'guard', '--remove');
  expect(readFileSync(file, 'utf8')).toBe(own);
});

test('a hook that only we made goes with us, and core.hooksPath is followed', async () => {
  const repo = await testRepository();
  repo.git('config', 'core.hooksPath', 'hooks');
  const file = join(repo.top, 'hooks/pre-commit');
  await repo.run('git', 'guard', '--install');
  expect(existsSync(file)).toBe(true);
  await repo.run('git', 'guard', '--remove');
  expect(existsSync(file)).toBe(false);
});

it('a hook that is no shell script is left alone', async () => {
  const repo = await testRepository();
  const file = join(repo.top, '.git/hooks/pre-commit');
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, '#!/usr/bin/env python3\nprint()\n');
  expect((await repo.run('git', 'guard', '--install', '--json')).json.error.code).toBe('GIT_FAILED');
  expect(readFileSync(file, 'utf8')).toBe('#!/usr/bin/env python3\nprint()\n');
});

test('git commit calls it, with the index that is to be committed', async () => {
  const repo = await testRepository();
  await repo.run('commit');
  await repo.run('git', 'guard', '--install');
  await repo.run('reserve', 'src/a.txt', '--as', 'gpt');
  repo.write({ 'src/a.txt': 'b\n', 'readme.txt': 'free\n' });
  const commit = committer(repo);
  const refused = commit('claude', '-a');
  expect([refused.status, refused.stdout + refused.stderr]).toEqual([1, expect.stringContaining('src/a.txt')]);
  // Only this path: git makes an index for it.
  expect(commit('claude', 'readme.txt')).toMatchObject({ status: 0 });
  expect(commit('gpt', '-a')).toMatchObject({ status: 0 });
});

test('a commit that cannot be checked is none that is refused', async () => {
  const repo = await testRepository();
  await repo.run('git', 'guard', '--install');
  const commit = committer(repo);
  expect(commit('nobody', '--allow-empty')).toMatchObject({ status: 1, stderr: expect.stringContaining('nobody') });
  // As on a branch that has no workspace.
  renameSync(repo.root, `${repo.root}-aside`);
  expect(commit('claude', '--allow-empty')).toMatchObject({ status: 0, stderr: expect.stringContaining('not checked') });
  const other = await testRepository();
  expect(commit('claude', '--allow-empty', { COMMS_WORKSPACE: other.root }).status).toBe(0);
});

/** Calls git commit as somebody, with comms on the PATH. */
function committer({ top }: TestRepository) {
  const bin = temporaryDirectory();
  const program = fileURLToPath(new URL('../../../bin/comms.js', import.meta.url));
  symlinkSync(program, join(bin, 'comms'));
  chmodSync(program, 0o755);
  return (agent: string, arg: string, env: Record<string, string> = {}) =>
    spawnSync('git', ['commit', '-qm', 'mine', arg], {
      cwd: top,
      encoding: 'utf8',
      env: { ...process.env, PATH: `${bin}:${process.env.PATH}`, COMMS_AGENT: agent, ...env },
    });
}
