import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type GitWorkspace, gitWorkspace } from '../core/git/git-workspace.ts';
import { comms } from './watch-harness.ts';

const HASH = /\b[0-9a-f]{10}\b/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const plain = (text: string) => text.replace(HASH, 'HASH').replace(TIME, 'TIME');

async function run({ root }: GitWorkspace, ...argv: string[]) {
  const { exit, out, err } = await comms(root, argv);
  return { exit, out: plain(out), err };
}

/** Sent, claimed and done in commits of their own, and one that is in none. */
async function history(): Promise<GitWorkspace> {
  const workspace = await gitWorkspace();
  const { comms: opened, commit, send } = workspace;
  await send('Login fails');
  commit('one');
  await opened.claim({ agent: 'gpt', id: 'msg-001' });
  commit('two');
  await opened.complete({ agent: 'gpt', id: 'msg-001', result: 'Mended' });
  commit('three');
  await send('Thank you', 'claude');
  return workspace;
}

describe('comms log', () => {
  test('shows commits with what they did, and last what is not committed', async () => {
    const { exit, out, err } = await run(await history(), 'log', '--limit', '2');
    expect({ exit, err }).toEqual({ exit: 0, err: 'There may be more; --limit 0 shows all.\n' });
    expect(out).toBe(
      [
        'HASH  TIME  test  three',
        '  completed  msg-001  INFO  by gpt: Mended',
        '',
        'HASH  TIME  test  two',
        '  claimed  msg-001  INFO  by gpt',
        '',
        'not committed yet',
        '  sent  msg-002  INFO  gpt → claude  Thank you',
        '',
      ].join('\n'),
    );
  });

  test.each([
    [['1'], ['completed', 'claimed', 'sent']],
    [['#1', '--limit', '1'], ['completed']],
    [
      ['--since', 'HEAD~1'],
      ['completed', 'sent'],
    ],
    [
      ['--since', '1h', '--as', 'claude', '--type', 'info'],
      ['completed', 'claimed', 'sent', 'sent'],
    ],
    [['--since', '2099-01-01'], ['sent']],
    [['--as', 'gemini'], []],
    [['--type', 'QUERY'], []],
  ])('%j', async (argv, kinds) => {
    const { out } = await run(await history(), 'log', ...argv);
    expect([...out.matchAll(/^ {2}(\w+)/gm)].map(([, kind]) => kind)).toEqual(kinds);
  });

  test('brief, and what it refuses', async () => {
    const workspace = await history();
    expect((await run(workspace, 'log', '--quiet')).out.trim().split('\n')).toHaveLength(3);
    expect(await run(workspace, 'log', '9')).toMatchObject({ exit: 3, err: expect.stringContaining('There is no message msg-009') });
    expect(await run(workspace, 'log', '--since', 'yesterday')).toMatchObject({
      exit: 3,
      err: expect.stringContaining('git knows no commit "yesterday"'),
    });
    expect(await run(workspace, 'log', '--type', 'NONSENSE')).toMatchObject({ exit: 6 });
    expect(await run(workspace, 'log', '--as', 'gemini')).toMatchObject({ exit: 0, err: 'No commit tells of that.\n' });
  });

  test('a commit that brought many does not fill the screen', async () => {
    const workspace = await gitWorkspace();
    for (let n = 1; n <= 32; n += 1) await workspace.send(`No. ${n}`);
    workspace.commit();
    expect((await run(workspace, 'log')).out).toContain('  and 2 more: comms diff HASH^..HASH\n');
  });
});

test('what others wrote is made visible, in messages and in commits', async () => {
  const workspace = await gitWorkspace();
  const { edit, commit, send, root, git } = workspace;
  await send('Subject');
  edit('gpt-inbox.md', (text) =>
    text.replace('"subject": "Subject"', '"subject": "\\u001b]0;x\\u0007\\u202eSubject"').replace('"The text."', '"\\u001b[2J"'),
  );
  git('config', 'user.name', 'unused');
  git('-c', 'user.name=\u001b[31mEve\u202e', 'add', '-A');
  git('-c', 'user.name=\u001b[31mEve\u202e', 'commit', '-q', '-m', '\u001b[2Jcleared');
  commit();
  writeFileSync(
    join(root, 'gpt-inbox.md'),
    readFileSync(join(root, 'gpt-inbox.md'), 'utf8').replaceAll('"status": "PENDING"', '"status": "PENDING", "a\\u001b[2J": 1'),
  );
  for (const argv of [['log'], ['show', '1'], ['diff'], ['diff', 'HEAD~1', 'HEAD'], ['log', '1']]) {
    const { out, err, exit } = await run(workspace, ...argv);
    expect(exit).toBe(0);
    expect(out + err).not.toMatch(/[\u001b\u0007\u202e]/);
  }
  expect((await run(workspace, 'log')).out).toContain('\\x1b[2Jcleared');
});

describe('comms show', () => {
  test('shows a message as it was', async () => {
    const { out } = await run(await history(), 'show', '1', '--at', 'HEAD~1');
    expect(out).toMatch(/^msg-001 {2}INFO {2}medium {2}IN_PROGRESS\nLogin fails\n/);
    expect(out).toMatch(/\n\nas of: HASH, TIME, test\nfound in: gpt \(gpt-inbox.md\)\n$/);
  });

  test('refuses what is no revision, and says where a message is that was not there', async () => {
    const workspace = await history();
    expect(await run(workspace, 'show', '1', '--at', 'HEAD~9')).toMatchObject({
      exit: 3,
      err: expect.stringMatching(/no commit "HEAD~9".*\nhint: /),
    });
    expect(await run(workspace, 'show', '1', '--at=--all')).toMatchObject({ exit: 3 });
    expect(await run(workspace, 'show', '2')).toMatchObject({
      exit: 3,
      err: expect.stringMatching(/hint: It is there now, in claude \(PENDING\)/),
    });
  });
});

describe('comms diff', () => {
  test.each([
    [[], 'new  msg-002  INFO  gpt → claude  PENDING  Thank you\n1 new, 0 changed, 0 gone\n'],
    [['HEAD~2', 'HEAD~1'], 'changed  msg-001  INFO  claude → gpt  PENDING → IN_PROGRESS  Login fails\n0 new, 1 changed, 0 gone\n'],
    [['HEAD~1..HEAD~2'], 'changed  msg-001  INFO  claude → gpt  IN_PROGRESS → PENDING  Login fails\n0 new, 1 changed, 0 gone\n'],
    [['..'], ''],
  ])('%j', async (argv, expected) => {
    expect((await run(await history(), 'diff', ...argv)).out).toBe(expected);
  });

  test('shows the paths of what was changed', async () => {
    const workspace = await history();
    workspace.edit('gpt-inbox.md', (text) =>
      text.replace('"Login fails"', '"Login broken"').replace('"priority": "medium"', '"priority": "high"'),
    );
    expect((await run(workspace, 'diff')).out).toContain(
      'changed  msg-001  INFO  claude → gpt  COMPLETED  Login broken\n  /priority\n  /subject\n',
    );
  });

  test('refuses three revisions', async () => {
    const workspace = await history();
    for (const argv of [
      ['HEAD..HEAD', 'HEAD'],
      ['HEAD', 'HEAD..HEAD'],
    ])
      expect(await run(workspace, 'diff', ...argv)).toMatchObject({ exit: 2 });
    expect(await run(workspace, 'diff', '--stat')).toMatchObject({ exit: 2 });
  });
});

test('with a database git has what was committed before', async () => {
  const workspace = await history();
  await workspace.comms.close();
  await comms(workspace.root, ['migrate', '--to', 'sqlite']);
  workspace.commit('moved');
  const log = await run(workspace, 'log', '1');
  expect(log.out).toMatch(/completed {2}msg-001/);
  expect(log.err).toMatch(/database, which git does not see/);
  expect(await run(workspace, 'diff')).toMatchObject({ exit: 2, err: expect.stringMatching(/lie in a database.*\nhint: .*comms export/) });
  expect((await run(workspace, 'diff', 'HEAD~2..HEAD~1')).out).toMatch(/PENDING → |IN_PROGRESS → COMPLETED/);
  expect((await run(workspace, 'show', '1', '--at', 'HEAD~1')).exit).toBe(0);
});
