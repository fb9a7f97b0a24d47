import { mkdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitIn } from '../../src/git/git.ts';
import { repositoryAt } from '../../src/git/repository.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';

test('says what git said, with its status', async () => {
  const git = gitIn(temporaryDirectory());
  await expect(git(['status'])).rejects.toMatchObject({
    code: 'GIT_FAILED',
    message: expect.stringMatching(/^git status ended with 128: .*not a git repository/),
    details: { status: 128 },
  });
  expect(await git(['status'], { allow: [128] })).toMatchObject({ status: 128 });
});

test('names the command also where a setting stands before it', async () => {
  const git = gitIn(temporaryDirectory());
  await expect(git(['-c', 'gc.auto=0', 'status'])).rejects.toMatchObject({ message: expect.stringMatching(/^git status ended with 128/) });
});

test('gives stdin and environment, and takes bytes as they are', async () => {
  const git = gitIn(temporaryDirectory());
  await git(['init', '-q']);
  const { stdout: id } = await git(['hash-object', '-w', '--stdin'], { stdin: Buffer.from([0, 255, 10]) });
  expect((await git(['cat-file', 'blob', id.toString('utf8').trim()])).stdout).toEqual(Buffer.from([0, 255, 10]));
  const { stdout } = await git(['var', 'GIT_AUTHOR_IDENT'], { env: { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.com' } });
  expect(stdout.toString('utf8')).toContain('Ada <ada@example.com>');
});

test('without git it says so', async () => {
  await expect(gitIn(temporaryDirectory(), { env: { PATH: '/nowhere' } })(['status'])).rejects.toMatchObject({ code: 'GIT_MISSING' });
});

test('the signal ends it', async () => {
  const stop = AbortSignal.abort(new Error('Enough.'));
  await expect(gitIn(temporaryDirectory())(['version'], { signal: stop })).rejects.toThrow('Enough.');
});

test('a repository knows where the workspace lies in it', async () => {
  const top = realpathSync(temporaryDirectory());
  const root = join(top, 'deep', 'agent-comms');
  mkdirSync(root, { recursive: true });
  await expect(repositoryAt(root)).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
  await gitIn(top)(['init', '-q']);
  expect(await repositoryAt(root)).toMatchObject({
    top,
    gitDir: join(top, '.git'),
    commonDir: join(top, '.git'),
    place: 'deep/agent-comms',
  });
});

test('a repository that git does not trust is one all the same', async () => {
  const root = temporaryDirectory();
  await gitIn(root)(['init', '-q']);
  const env = { ...process.env, GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
  await expect(repositoryAt(root, { env })).rejects.toMatchObject({
    code: 'GIT_FAILED',
    hint: expect.stringMatching(/^If you do, run: git config --global --add safe\.directory .+/),
  });
});
