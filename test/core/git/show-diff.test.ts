import { describe, expect, it, test } from 'vitest';
import { differingPaths } from '../../../src/core/git/json-paths.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { type GitWorkspace, gitWorkspace } from './git-workspace.ts';

/** One message, sent in the first commit, claimed in the second, done in the third. */
async function threeCommits(): Promise<GitWorkspace> {
  const workspace = await gitWorkspace();
  const { comms, commit, send } = workspace;
  await send('One');
  commit();
  await comms.claim({ agent: 'gpt', id: 'msg-001' });
  commit();
  await comms.complete({ agent: 'gpt', id: 'msg-001', result: 'Mended' });
  commit();
  return workspace;
}

describe('a message as it was', () => {
  test.each([
    ['HEAD', 'COMPLETED'],
    ['HEAD~1', 'IN_PROGRESS'],
    ['main~2', 'PENDING'],
  ])('at %s is %s', async (revision, status) => {
    const { comms, git } = await threeCommits();
    const shown = await comms.showAt({ id: 'msg-001', revision });
    expect(shown).toMatchObject({
      message: { id: 'msg-001', status, subject: 'One' },
      place: { inbox: 'gpt', section: 'active', file: 'gpt-inbox.md' },
      others: [],
      commit: git('rev-parse', revision).trim(),
      author: 'test',
    });
  });

  it('is shown whole, unknown members too, in the copy that is asked for', async () => {
    const { comms, commit, edit } = await gitWorkspace();
    await comms.send({ from: 'claude', to: ['gpt', 'gemini'], type: 'INFO', subject: 'Both', details: 'x' });
    edit('gemini-inbox.md', (text) => text.replace('"subject": "Both"', '"subject": "Both", "own": 1'));
    commit();
    expect(await comms.showAt({ id: 'msg-001', revision: 'HEAD', inbox: 'gemini' })).toMatchObject({
      message: { own: 1, recipient: 'gemini' },
      others: [],
    });
    expect((await comms.showAt({ id: 'msg-001', revision: 'HEAD' })).others).toHaveLength(1);
  });

  it('is found by its uid where it had another id then', async () => {
    const { comms, commit, edit, send } = await gitWorkspace();
    await send('One');
    commit();
    edit('gpt-inbox.md', (text) => text.replaceAll('msg-001', 'msg-077'));
    expect(await comms.showAt({ id: 'msg-077', revision: 'HEAD' })).toMatchObject({ message: { id: 'msg-001', subject: 'One' } });
  });

  it('where it was not there says where it is', async () => {
    const { comms, commit, send } = await gitWorkspace();
    commit();
    await send('One');
    await expect(comms.showAt({ id: 'msg-001', revision: 'HEAD' })).rejects.toMatchObject({
      code: 'MESSAGE_NOT_FOUND',
      hint: expect.stringContaining('gpt (PENDING)'),
      details: { now: [{ inbox: 'gpt', section: 'active', file: 'gpt-inbox.md' }] },
    });
  });

  // What others put into a command line must not become an option, another argument or a request to git.
  test.each(['nowhere', '', '-h', '--all', '--output=x', 'HEAD\n', 'HEAD HEAD', 'HEAD\0x', 'HEAD:agent-comms', '@{', ':/nothing'])(
    '%j is no revision',
    async (revision) => {
      const { comms } = await threeCommits();
      const refused = { code: 'UNKNOWN_REVISION', hint: expect.any(String) };
      await expect(comms.showAt({ id: 'msg-001', revision })).rejects.toMatchObject(refused);
      await expect(comms.diff({ from: revision })).rejects.toMatchObject(refused);
      await expect(comms.log({ after: revision })).rejects.toMatchObject(refused);
    },
  );
});

describe('what differs', () => {
  it('between a revision and the working tree', async () => {
    const { comms, commit, edit, send, git } = await gitWorkspace();
    for (const subject of ['Stays', 'Done', 'Changes', 'Goes']) await send(subject);
    const from = commit();
    await comms.complete({ agent: 'gpt', id: 'msg-002' });
    await comms.archive({ olderThanMs: 0, rotate: true });
    edit('gpt-inbox.md', (text) => text.replace('"Changes"', '"Changed"').replace(/### Message: msg-004[\s\S]*?\n```\n/, ''));
    await send('New', 'claude');
    const found = await comms.diff();
    expect(found).toMatchObject({ from, to: undefined, problems: [] });
    expect(found.messages.map(({ what, id, steps, paths, before, after }) => ({ what, id, steps, paths, before, after }))).toEqual([
      {
        what: 'changed',
        id: 'msg-002',
        steps: ['completed', 'archived'],
        paths: ['/status', '/delivery'],
        before: { status: 'PENDING', section: 'active' },
        after: { status: 'COMPLETED', section: 'archived' },
      },
      { what: 'new', id: 'msg-005', steps: ['sent'], paths: [], before: undefined, after: { status: 'PENDING', section: 'active' } },
      {
        what: 'changed',
        id: 'msg-003',
        steps: ['changed'],
        paths: ['/subject'],
        before: { status: 'PENDING', section: 'active' },
        after: { status: 'PENDING', section: 'active' },
      },
      { what: 'gone', id: 'msg-004', steps: ['removed'], paths: [], before: { status: 'PENDING', section: 'active' }, after: undefined },
    ]);
    commit();
    expect((await comms.diff()).messages).toEqual([]);
    expect((await comms.diff({ from, to: 'HEAD' })).messages).toEqual(found.messages);
    git('checkout', '-q', from);
  });

  it('from where two branches parted', async () => {
    const { comms, commit, git, send } = await gitWorkspace();
    const base = commit();
    git('checkout', '-qb', 'side');
    await send('Side');
    commit();
    git('checkout', '-q', 'main');
    await send('Main', 'claude');
    commit();
    const subjects = async (symmetric: boolean) =>
      (await comms.diff({ from: 'main', to: 'side', symmetric })).messages.map(({ what, subject }) => `${what} ${subject}`);
    expect(await subjects(false)).toEqual(['new Side', 'gone Main']);
    expect(await subjects(true)).toEqual(['new Side']);
    expect((await comms.diff({ from: 'main', to: 'side', symmetric: true })).from).toBe(base);
  });

  it('before the first commit everything is new', async () => {
    const { comms, send } = await gitWorkspace();
    await send('One');
    expect(await comms.diff()).toMatchObject({ from: undefined, messages: [{ what: 'new', id: 'msg-001' }] });
    await expect(comms.diff({ from: 'HEAD' })).rejects.toMatchObject({ code: 'UNKNOWN_REVISION' });
  });

  it('a block that became unreadable is reported', async () => {
    const { comms, commit, edit, send } = await gitWorkspace();
    await send('One');
    commit();
    edit('gpt-inbox.md', (text) => text.replace('"subject"', 'subject'));
    expect(await comms.diff()).toMatchObject({
      messages: [{ what: 'gone', id: 'msg-001' }],
      problems: [{ code: 'BAD_JSON', file: 'gpt-inbox.md' }],
    });
  });

  it('the order of members is no difference', async () => {
    const { comms, commit, edit, send } = await gitWorkspace();
    await send('One');
    commit();
    edit('gpt-inbox.md', (text) => text.replace(/( *"id": .*\n)( *"timestamp": .*\n)/, '$2$1'));
    expect((await comms.diff()).messages).toEqual([]);
  });
});

describe('paths', () => {
  test.each([
    [{ a: 1 }, { a: 1 }, []],
    [{ a: { b: [1, 2] } }, { a: { b: [1, 3, 4] } }, ['/a/b/1', '/a/b/2']],
    [{ a: {} }, { a: [] }, ['/a']],
    [{ a: 1 }, {}, ['/a']],
    [{ 'a/b': 1, 'c~d': 1 }, { 'a/b': 2, 'c~d': 2 }, ['/a~1b', '/c~0d']],
    [{ __proto__: null, constructor: 1 }, {}, ['/constructor']],
    [null, { a: 1 }, ['']],
  ])('%j and %j', (before, after, paths) => {
    expect(differingPaths(before, after)).toEqual(paths);
  });
});

test('a directory without a commit, and one outside', async () => {
  const { comms } = await gitWorkspace('agent-comms', temporaryDirectory());
  await expect(comms.showAt({ id: 'msg-001', revision: 'HEAD' })).rejects.toMatchObject({ code: 'UNKNOWN_REVISION' });
});
