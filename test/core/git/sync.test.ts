import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { withHook } from '../../../src/core/git/hooks.ts';
import { clones, messagesOf } from '../../git/clones.ts';
import { gitIn, type TestRepository } from '../../git/repository.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';

const clean = ({ git }: TestRepository) => git('status', '--porcelain');
const pair = async () => {
  const { remote, clones: all } = await clones(2);
  const [one, two] = all as [TestRepository, TestRepository];
  return { remote, one, two };
};
const diverge = async ({ one, two }: { one: TestRepository; two: TestRepository }) => {
  await one.send({ from: 'claude', to: 'gpt', subject: 'from one' });
  expect((await one.run('sync')).err).toBe('');
  await two.send({ from: 'gpt', to: 'claude', subject: 'from two' });
};

test('two clones get what the other sent', async () => {
  const { one, two } = await pair();
  await diverge({ one, two });
  const { exit, json } = await two.run('sync', '--json');
  expect(exit).toBe(0);
  expect(json.data).toMatchObject({
    pushed: true,
    remote: 'origin',
    remote_branch: 'main',
    changes: [{ kind: 'sent', inbox: 'claude' }],
    received: [{ kind: 'sent', inbox: 'gpt', sender: 'claude' }],
    head: two.git('rev-parse', 'HEAD'),
  });
  expect((await one.run('sync')).out).toMatch(/Received:\n {2}gpt → claude INFO msg-002/);
  expect(await messagesOf(one)).toEqual(await messagesOf(two));
  expect(Object.values(await messagesOf(one)).sort()).toEqual(['from one PENDING', 'from two PENDING']);
  expect([clean(one), clean(two)]).toEqual(['', '']);
  const { out, err } = await one.run('sync');
  expect([out, err]).toEqual(['', 'Nothing to sync: both sides have the same.\n']);
});

test('the hook that settles after a merge does not wait for the sync that merges', async () => {
  const { one, two } = await pair();
  const script = join(temporaryDirectory(), 'script');
  const hook = join(two.top, '.git/hooks/post-merge');
  mkdirSync(dirname(hook), { recursive: true });
  writeFileSync(hook, withHook(undefined, { program: ['/bin/sh', script], place: 'agent-comms' }) ?? '', { mode: 0o755 });
  writeFileSync(script, `touch ${script}.called\n`);
  const touched = () => existsSync(`${script}.called`);
  await diverge({ one, two });
  expect((await two.run('sync')).exit).toBe(0);
  expect(touched()).toBe(false);
  await one.run('sync');
  await one.send();
  await one.run('sync');
  two.git('pull', '-q');
  expect(touched()).toBe(true);
});

test('the first sync of a branch makes it at the remote', async () => {
  const { one, remote } = await pair();
  one.git('switch', '-qc', 'topic');
  await one.send();
  expect((await one.run('sync')).exit).toBe(0);
  expect(gitIn(remote, 'rev-parse', 'topic')).toBe(one.git('rev-parse', 'HEAD'));
});

test('a remote that is a URL, and another branch', async () => {
  const { one, two, remote } = await pair();
  await diverge({ one, two });
  expect((await two.run('sync', '--remote', remote, '--branch', 'main')).exit).toBe(0);
  expect(two.git('log', '-1', '--merges', '--format=%s')).toBe('comms: merge main');
});

test('what is staged, changed and untracked elsewhere stays as it is where the merge does not touch it', async () => {
  const { one, two } = await pair();
  await diverge({ one, two });
  two.write({ 'src/a.txt': 'changed\n', 'untracked.txt': 'u\n' });
  const before = [clean(two).replace(/^.. agent-comms.*\n/gm, ''), two.git('diff', 'src')];
  expect((await two.run('sync')).exit).toBe(0);
  expect([clean(two), two.git('diff', 'src')]).toEqual(before);
});

describe('a person must decide', () => {
  it('over a conflict: the merge is taken back, and the paths are told', async () => {
    const { one, two } = await pair();
    for (const [repo, text] of [
      [one, 'ONE\n'],
      [two, 'TWO\n'],
    ] as const) {
      repo.write({ 'readme.txt': text });
      repo.git('commit', '-qam', text.trim());
    }
    await diverge({ one, two });
    const { exit, json } = await two.run('sync', '--json');
    expect({ exit, code: json.error.code, paths: json.error.details.paths }).toEqual({
      exit: 5,
      code: 'MERGE_CONFLICT',
      paths: ['readme.txt'],
    });
    expect([clean(two), two.read('readme.txt'), two.git('log', '-1', '--format=%s')]).toEqual([
      '',
      'TWO\n',
      'comms: gpt → claude INFO msg-001',
    ]);
    expect(existsSync(join(two.top, '.git', 'MERGE_HEAD'))).toBe(false);
    expect(Object.values(await messagesOf(two))).toEqual(['from two PENDING']);
  });

  it('over changes that no commit has and the merge would overwrite', async () => {
    const { one, two } = await pair();
    one.write({ 'readme.txt': 'ONE\n' });
    one.git('commit', '-qam', 'one');
    await diverge({ one, two });
    two.write({ 'readme.txt': 'not committed\n' });
    const { exit, json } = await two.run('sync', '--json');
    expect({ exit, code: json.error.code, paths: json.error.details.paths }).toEqual({
      exit: 5,
      code: 'MERGE_CONFLICT',
      paths: ['readme.txt'],
    });
    expect(two.read('readme.txt')).toBe('not committed\n');
    expect(clean(two)).toBe('M readme.txt'.padStart(13));
  });
});

it.each([
  ['no remote', (repo: TestRepository) => repo.git('remote', 'remove', 'origin'), [], 'USAGE', 2],
  ['a remote that is not there', (repo: TestRepository) => repo.git('remote', 'set-url', 'origin', '/nowhere'), [], 'GIT_FAILED', 1],
  ['an option for a remote', () => '', ['--remote=--upload-pack=touch /tmp/x'], 'USAGE', 2],
  ['no branch', () => '', ['--branch', 'a..b'], 'USAGE', 2],
  ['a detached HEAD', (repo: TestRepository) => repo.git('switch', '-q', '--detach'), [], 'DETACHED_HEAD', 5],
])('%s is refused', async (_, prepare, args, code, exit) => {
  const { one } = await pair();
  prepare(one);
  const answer = await one.run('sync', ...args, '--json');
  expect([answer.json.error.code, answer.exit]).toEqual([code, exit]);
});

test('a remote that refuses says so, and what was committed stays', async () => {
  const { one, remote } = await pair();
  one.write({ [`../${remote.split('/').at(-2)}/remote.git/hooks/pre-receive`]: '#!/bin/sh\necho "Not today."\nexit 1\n' });
  execFileSync('chmod', ['+x', join(remote, 'hooks/pre-receive')]);
  await one.send();
  const { json } = await one.run('sync', '--json');
  expect(json.error).toMatchObject({ code: 'GIT_FAILED', message: expect.stringContaining('Not today.') });
  expect(one.git('log', '-1', '--format=%s')).toMatch(/^comms: claude/);
});

test('a remote that moves between fetch and push is merged anew', async () => {
  const { one, two } = await pair();
  await diverge({ one, two });
  // The other pushes while this one is about to.
  two.write({
    '.git/hooks/pre-push': `#!/bin/sh\ntest -f ${two.top}/.git/once && exit 0\ntouch ${two.top}/.git/once\ncd ${one.top} && unset GIT_DIR && git push -q origin main\n`,
  });
  execFileSync('chmod', ['+x', join(two.top, '.git/hooks/pre-push')]);
  await one.send({ from: 'claude', to: 'gemini', subject: 'late' });
  await one.run('commit');
  expect((await two.run('sync')).exit).toBe(0);
  expect(existsSync(join(two.top, '.git/once'))).toBe(true);
  expect(Object.values(await messagesOf(two)).sort()).toEqual(['from one PENDING', 'from two PENDING', 'late PENDING']);
});

test('the reconciliation is called after a merge, and what it changes is committed', async () => {
  const { one, two } = await pair();
  await diverge({ one, two });
  const comms = await two.comms();
  let calls = 0;
  await comms.sync({
    reconcile: async () => {
      calls += 1;
      await comms.send({ from: 'gemini', to: ['claude'], type: 'INFO', subject: 'reconciled', details: 'x' });
    },
  });
  await comms.close();
  expect([calls, clean(two), two.git('log', '-1', '--format=%s')]).toEqual([1, '', expect.stringContaining('gemini → claude')]);
});

test('a merge that a killed sync left over a conflict is taken back, and what was sent since is kept', async () => {
  const { one, two } = await pair();
  rmSync(join(two.top, '.git', 'info', 'attributes'));
  await diverge({ one, two });
  await two.run('commit');
  two.git('fetch', '-q', 'origin');
  two.git('update-ref', 'refs/worktree/comms/merging', 'origin/main');
  expect(() => two.git('merge', 'origin/main')).toThrow();
  await two.send({ from: 'claude', to: 'gemini', subject: 'since' });
  const { json } = await two.run('sync', '--json');
  expect(json.error).toMatchObject({ code: 'MERGE_CONFLICT', details: { paths: ['agent-comms/status.json'] } });
  expect(Object.values(await messagesOf(two)).sort()).toEqual(['from two PENDING', 'since PENDING']);
  expect(clean(two)).toBe('');
});

test("somebody's own merge is left alone", async () => {
  const { one, two } = await pair();
  rmSync(join(two.top, '.git', 'info', 'attributes'));
  await diverge({ one, two });
  await two.run('commit');
  two.git('fetch', '-q', 'origin');
  expect(() => two.git('merge', 'origin/main')).toThrow();
  expect((await two.run('sync', '--json')).json.error.code).toBe('MERGE_UNDER_WAY');
  expect(existsSync(join(two.top, '.git', 'MERGE_HEAD'))).toBe(true);
});
