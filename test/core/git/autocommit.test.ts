import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { autocommitFiles, wakeCommitter } from '../../../src/comms-autocommit.ts';
import { autocommit } from '../../../src/core/git/autocommit.ts';
import { type TestRepository, testRepository } from '../../git/repository.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';

const ON = { git: { autocommit: { debounce: '0.3s' } } };
const subjects = ({ git }: TestRepository) => git('log', '--format=%s').split('\n').reverse().slice(1);
const state = ({ root }: TestRepository, name: string) => join(root, '.state/autocommit', name);
const isRunning = (repo: TestRepository) => existsSync(state(repo, 'running'));

/** The processes that are started run beyond the test otherwise, in a directory that is gone. */
const started: TestRepository[] = [];
afterEach(async () => {
  for (const repo of started.splice(0)) await expect.poll(() => isRunning(repo), { timeout: 20_000 }).toBe(false);
});
const repository = async (config: object = ON) => {
  const repo = await testRepository({ config });
  started.push(repo);
  return repo;
};

test('many writes make one commit, when nothing more comes', async () => {
  const repo = await repository();
  const ids: string[] = [];
  for (let n = 0; n < 5; n++) ids.push(await repo.send());
  await expect.poll(() => subjects(repo).length, { timeout: 20_000 }).toBe(1);
  await expect.poll(() => isRunning(repo)).toBe(false);
  expect(subjects(repo)).toEqual(['comms: 5 messages, 5 sent']);
  expect(repo.git('status', '--porcelain')).toBe('');
  await repo.run('done', ids[0] ?? '', '--as', 'gpt');
  await expect.poll(() => subjects(repo).length, { timeout: 20_000 }).toBe(2);
  expect(subjects(repo)[1]).toBe(`comms: gpt completed ${ids[0]}`);
});

test('without the setting nothing is committed, and nothing started', async () => {
  const repo = await testRepository();
  await repo.send();
  expect(existsSync(state(repo, 'wanted'))).toBe(false);
});

describe('who writes', () => {
  test('starts no process where one runs', async () => {
    const repo = await testRepository();
    mkdirSync(state(repo, '.'), { recursive: true });
    writeFileSync(state(repo, 'running'), String(process.pid));
    wakeCommitter(repo.root);
    expect(readFileSync(state(repo, 'running'), 'utf8')).toBe(String(process.pid));
    expect(existsSync(state(repo, 'wanted'))).toBe(true);
  });

  test('starts one where the last one is gone, or silent for long', async () => {
    const repo = await repository();
    mkdirSync(state(repo, '.'), { recursive: true });
    const { pid: gone } = spawnSync('true');
    for (const [pid, at] of [
      [gone, Date.now()],
      [process.pid, Date.now() - 60_000],
    ] as const) {
      writeFileSync(state(repo, 'running'), String(pid));
      utimesSync(state(repo, 'running'), at / 1000, at / 1000);
      wakeCommitter(repo.root);
      expect(readFileSync(state(repo, 'running'), 'utf8')).not.toBe(String(pid));
      await expect.poll(() => isRunning(repo), { timeout: 20_000 }).toBe(false);
    }
  });

  test('is never failed by it', async () => {
    const repo = await testRepository();
    mkdirSync(join(repo.root, '.state'), { recursive: true });
    writeFileSync(join(repo.root, '.state/autocommit'), 'a file in the way');
    expect(() => wakeCommitter(repo.root)).not.toThrow();
  });
});

test('two processes at once make one of each commit', async () => {
  const repo = await repository();
  await repo.send();
  const comms = await repo.comms();
  await Promise.all([1, 2, 3].map(() => autocommit(comms.context, { debounceMs: 100 })));
  await comms.close();
  await expect.poll(() => isRunning(repo), { timeout: 20_000 }).toBe(false);
  expect(subjects(repo)).toEqual(['comms: claude → gpt INFO msg-001']);
});

test('while writes never end it commits all the same', async () => {
  const repo = await testRepository();
  const comms = await repo.comms();
  const touch = setInterval(() => utimesSync(state(repo, 'wanted'), Date.now() / 1000, Date.now() / 1000), 10);
  mkdirSync(state(repo, '.'), { recursive: true });
  writeFileSync(state(repo, 'wanted'), '');
  await repo.send();
  const stop = new AbortController();
  const ended = autocommit(comms.context, { debounceMs: 50, signal: stop.signal }).catch(() => undefined);
  await expect.poll(() => subjects(repo).length, { timeout: 20_000 }).toBe(1);
  clearInterval(touch);
  await ended;
  await comms.close();
});

test("while somebody has a commit's message in an editor it waits, and that commit is made", { timeout: 120_000 }, async () => {
  const repo = await testRepository();
  await repo.run('commit');
  const at = temporaryDirectory();
  const editor = `#!/bin/sh\ntouch ${at}/open\nwhile [ ! -e ${at}/close ]; do sleep 0.1; done\necho mine > "$1"\n`;
  writeFileSync(join(at, 'editor'), editor, { mode: 0o755 });
  repo.write({ 'src/a.txt': 'mine\n' });
  repo.git('add', 'src');
  const git = spawn('git', ['commit', '-q'], { cwd: repo.top, env: { ...process.env, GIT_EDITOR: join(at, 'editor') }, stdio: 'ignore' });
  const ended = new Promise((resolve) => git.on('close', resolve));
  await expect.poll(() => existsSync(join(at, 'open')), { timeout: 20_000 }).toBe(true);
  await repo.send();
  const comms = await repo.comms();
  mkdirSync(state(repo, '.'), { recursive: true });
  writeFileSync(state(repo, 'wanted'), '');
  let beats = 0;
  const port = autocommitFiles(repo.root);
  const running = () => {
    beats += 1;
    port.running();
  };
  let isOver = false;
  const committed = autocommit({ ...comms.context, autocommit: { ...port, running } }, { debounceMs: 50 }).finally(() => {
    isOver = true;
  });
  // So often it says that it is there only while it waits.
  await expect.poll(() => isOver || beats > 5, { timeout: 60_000 }).toBe(true);
  expect(isOver).toBe(false);
  writeFileSync(join(at, 'close'), '');
  expect(await ended).toBe(0);
  await committed;
  await comms.close();
  expect(subjects(repo).slice(-2)).toEqual(['mine', 'comms: claude → gpt INFO msg-001']);
});

describe('what keeps it from committing', () => {
  const merging = async () => {
    const repo = await repository();
    await repo.run('commit');
    writeFileSync(join(repo.top, '.git/MERGE_HEAD'), `${repo.git('rev-parse', 'HEAD')}\n`);
    return repo;
  };

  test('is silent, lets nobody start it again for a while, and shows in status and doctor', async () => {
    const repo = await merging();
    await repo.send();
    await expect.poll(() => existsSync(state(repo, 'resting')), { timeout: 20_000 }).toBe(true);
    await expect.poll(() => isRunning(repo)).toBe(false);
    const { exit, err } = await repo.run('send', '--from', 'gpt', '--to', 'claude', '--type', 'INFO', '--subject', 's', '--details', 'd');
    expect([exit, err, isRunning(repo)]).toEqual([0, '', false]);
    expect((await repo.run('status')).out).toMatch(/^Not committed: 2 messages$/m);
    expect((await repo.run('status', '--json')).json.data).toMatchObject({ not_committed: 2 });
    expect((await repo.run('doctor')).out).toMatch(
      /2 messages are in no commit, since nothing could be committed by itself: A merge is under way/,
    );
  });

  test('is forgotten when a commit was made', async () => {
    const repo = await merging();
    await repo.send();
    await expect.poll(() => existsSync(state(repo, 'resting')), { timeout: 20_000 }).toBe(true);
    await expect.poll(() => isRunning(repo)).toBe(false);
    spawnSync('rm', [join(repo.top, '.git/MERGE_HEAD')]);
    const comms = await repo.comms();
    await autocommit(comms.context, { debounceMs: 10 });
    await comms.close();
    expect(existsSync(state(repo, 'resting'))).toBe(false);
    expect((await repo.run('status')).out).not.toContain('Not committed');
  });

  test('may be a repository that cannot be written', async () => {
    const repo = await testRepository({ config: ON });
    const nobody = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
    await repo.run('commit');
    spawnSync('chmod', ['-R', 'a+rwX', repo.top]);
    spawnSync('chmod', ['-R', 'a-w', join(repo.top, '.git')]);
    const program = fileURLToPath(new URL('../../../bin/comms.js', import.meta.url));
    const safe = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };
    const comms = (...args: string[]) =>
      spawnSync(process.execPath, [program, ...args], { cwd: repo.top, encoding: 'utf8', env: { ...process.env, ...safe }, ...nobody });
    const sent = comms('send', '--from', 'claude', '--to', 'gpt', '--type', 'INFO', '--subject', 's', '--details', 'd');
    expect([sent.status, sent.stderr]).toEqual([0, '']);
    await expect.poll(() => existsSync(state(repo, 'resting')), { timeout: 20_000 }).toBe(true);
    const committed = comms('commit');
    expect([committed.status, committed.stderr]).toEqual([1, expect.stringMatching(/cannot be written/)]);
    expect(comms('status').stdout).toMatch(/^Not committed: 1 message$/m);
    spawnSync('chmod', ['-R', 'u+w', join(repo.top, '.git')]);
  });
});
