import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EnvironmentOptions, environmentProblems } from '../../src/cli/doctor/environment.ts';
import { tryWatcher } from '../../src/cli/doctor/try-watcher.ts';
import { git, temporaryDirectory } from '../workspace/temporary.ts';
import { comms, filesWorkspace, send } from './watch-harness.ts';

describe('the messages', () => {
  test('nothing wrong', async () => {
    const root = filesWorkspace();
    await send(root, 'Hello');
    expect(await comms(root, ['doctor'])).toEqual({ exit: 0, out: 'No problems.\n', err: '' });
    expect(JSON.parse((await comms(root, ['doctor', '--json'])).out)).toEqual({ ok: true, data: { problems: [], fixed: [] } });
  });

  test('what a careless save took away comes back with --fix', async () => {
    const root = filesWorkspace();
    const inbox = join(root, 'gpt-inbox.md');
    const old = readFileSync(inbox);
    const id = await send(root, 'Do not lose me');
    writeFileSync(inbox, old);
    const found = await comms(root, ['doctor']);
    expect(found.exit).toBe(6);
    expect(found.out).toMatch(new RegExp(`^gpt-inbox.md: error VANISHED .*${id}.*\\n {2}hint: .*--fix`, 'm'));
    const mended = await comms(root, ['doctor', '--fix']);
    expect(mended.exit).toBe(0);
    expect(mended.out).toMatch(/^mended {2}gpt-inbox.md: error VANISHED /m);
    expect(mended.out).toMatch(/No problems\.\n$/);
    expect((await comms(root, ['inbox', '--as', 'gpt', '--quiet'])).out).toBe(`${id}\n`);
  });

  test('and is let go with --accept', async () => {
    const root = filesWorkspace();
    const inbox = join(root, 'gpt-inbox.md');
    const old = readFileSync(inbox);
    await send(root, 'Deleted on purpose');
    writeFileSync(inbox, old);
    const { exit, out } = await comms(root, ['doctor', '--accept']);
    expect(out).toMatch(/^accepted {2}.*VANISHED/m);
    expect(exit).toBe(0);
    expect((await comms(root, ['doctor'])).out).toBe('No problems.\n');
  });

  test('an agent without an inbox gets one', async () => {
    const root = filesWorkspace();
    rmSync(join(root, 'gemini-inbox.md'));
    expect(JSON.parse((await comms(root, ['doctor', '--json'])).out).data.problems).toMatchObject([{ code: 'MISSING_INBOX' }]);
    expect((await comms(root, ['doctor', '--fix'])).exit).toBe(0);
    expect(readFileSync(join(root, 'gemini-inbox.md'), 'utf8')).toContain('# Gemini Inbox');
  });

  test('a config.json that cannot be read is 6, with its place', async () => {
    const root = filesWorkspace();
    writeFileSync(join(root, 'config.json'), '{"agents": }');
    const { exit, err } = await comms(root, ['doctor']);
    expect(exit).toBe(6);
    expect(err).toContain('line 1');
  });
});

describe('what is around them', () => {
  const problems = (root: string, change: Partial<EnvironmentOptions> = {}) =>
    environmentProblems({ root, cwd: root, nodeVersion: '20.19.0', now: Date.now(), tryWatcher: async () => {}, ...change });
  const codes = async (root: string, change: Partial<EnvironmentOptions> = {}) => (await problems(root, change)).map(({ code }) => code);

  test.each([
    ['20.18.3', ['OLD_NODE']],
    ['18.20.0', ['OLD_NODE']],
    ['20.19.0', []],
    ['22.0.0', []],
  ])('Node %s', async (nodeVersion, expected) => {
    expect(await codes(filesWorkspace(), { nodeVersion })).toEqual(expected);
  });

  test('a lock that nobody touches, with its holder', async () => {
    const root = filesWorkspace();
    const [lock, records] = [join(root, '.state', 'lock'), join(root, '.state', 'lock-records')];
    mkdirSync(lock, { recursive: true });
    mkdirSync(records);
    writeFileSync(join(records, 'owner-1'), '{"pid": 4711}');
    expect(await codes(root)).toEqual([]);
    const old = new Date(Date.now() - 60_000);
    utimesSync(lock, old, old);
    expect((await problems(root))[0]).toMatchObject({ code: 'LOCK_HELD', message: expect.stringMatching(/process 4711.*60 s/) });
  });

  test('no file watcher left', async () => {
    const tryFailing = () => Promise.reject(new Error('EMFILE: too many open files'));
    expect((await problems(filesWorkspace(), { tryWatcher: tryFailing }))[0]).toMatchObject({
      severity: 'warning',
      code: 'NO_FILE_WATCHER',
    });
    await tryWatcher(filesWorkspace());
    await expect(tryWatcher(join(temporaryDirectory(), 'nothing'))).rejects.toThrow('ENOENT');
  });

  test('git would keep .state/', async () => {
    const root = filesWorkspace();
    writeFileSync(join(root, '.gitignore'), 'node_modules\n');
    expect(await codes(root)).toEqual(['STATE_NOT_IGNORED']);
  });

  test('a workspace in a linked worktree', async () => {
    const main = temporaryDirectory();
    const linked = join(temporaryDirectory(), 'linked');
    filesWorkspace(join(main, 'agent-comms'));
    git(main, 'init', '-q');
    git(main, 'add', '.');
    git(main, 'commit', '-qm', 'one');
    git(main, 'worktree', 'add', '-q', linked);
    expect(await codes(join(main, 'agent-comms'), { cwd: main })).toEqual([]);
    expect(await codes(join(linked, 'agent-comms'), { cwd: main })).toEqual(['IN_WORKTREE']);
  });

  test('mail in the copy of another working tree, with what to do', async () => {
    const main = temporaryDirectory();
    const linked = join(temporaryDirectory(), 'with space');
    const root = filesWorkspace(join(main, 'agent-comms'));
    git(main, 'init', '-q');
    git(main, 'add', '.');
    git(main, 'commit', '-qm', 'one');
    git(main, 'worktree', 'add', '-q', linked, '-b', 'side');
    const copy = join(linked, 'agent-comms');
    const id = await send(copy, 'Lost');
    const expected = {
      severity: 'warning',
      code: 'STRAY_MAIL',
      message: `The working tree ${linked} has a copy of the workspace with 1 message that this one lacks: ${id}`,
      hint: expect.stringContaining(`comms import "${copy}".`),
    };
    for (const cwd of [main, linked]) expect(await problems(root, { cwd })).toEqual([expected]);
    await comms(root, ['import', copy]);
    expect(await codes(root, { cwd: main })).toEqual([]);
  });
});
