import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type Log, type LogRequest, openComms } from '../../../src/comms.ts';
import { block } from '../../cli/watch-harness.ts';
import { git, temporaryDirectory } from '../../workspace/temporary.ts';
import { type GitWorkspace, gitWorkspace } from './git-workspace.ts';

const told = ({ entries }: Pick<Log, 'entries'>) => entries.map(({ events }) => events.map(({ kind, id }) => `${kind} ${id}`));

async function toldOf({ comms }: GitWorkspace, request?: LogRequest) {
  return told(await comms.log(request));
}

describe('what happened, commit by commit', () => {
  it('is told newest first, with who did it, and last what is not committed', async () => {
    const workspace = await gitWorkspace();
    const { comms, commit, send } = workspace;
    await send('One');
    const first = commit('first');
    await comms.claim({ agent: 'gpt', id: 'msg-001' });
    await send('Two', 'claude');
    commit('second');
    await comms.complete({ agent: 'gpt', id: 'msg-001', result: 'Mended' });
    await comms.archive({ olderThanMs: 0 });
    const third = commit('third');
    await comms.block({ agent: 'claude', id: 'msg-002', reason: 'Waits' });
    const log = await comms.log();
    expect(told(log)).toEqual([['completed msg-001', 'archived msg-001'], ['claimed msg-001', 'sent msg-002'], ['sent msg-001']]);
    expect(log.entries[0]).toMatchObject({ commit: third, author: 'test', subject: 'third', time: expect.stringMatching(/T.*\dZ$/) });
    expect(log.entries[0]?.events[0]).toMatchObject({ agent: 'gpt', note: 'Mended', inbox: 'gpt', subject: 'One' });
    expect(log.entries[2]).toMatchObject({ commit: first, files: expect.arrayContaining(['config.json', 'gpt-inbox.md']) });
    expect(log.uncommitted?.events).toMatchObject([{ kind: 'blocked', id: 'msg-002', agent: 'claude', note: 'Waits' }]);
    expect(log.more).toBe(false);
  });

  it('before the first commit everything is uncommitted', async () => {
    const { comms, send } = await gitWorkspace();
    await send('One');
    expect(await comms.log()).toMatchObject({ entries: [], uncommitted: { events: [{ kind: 'sent', id: 'msg-001' }] }, more: false });
  });

  it('a commit that changed no message says what it changed; one beside the workspace is not told', async () => {
    const workspace = await gitWorkspace();
    const { top, commit, edit, comms } = workspace;
    commit();
    writeFileSync(join(top, 'README.md'), 'x');
    commit('elsewhere');
    edit('config.json', (text) => `${text}\n`);
    commit('config');
    const { entries } = await comms.log();
    expect(entries.map(({ subject, files }) => [subject, files])).toEqual([
      ['config', ['config.json']],
      ['a commit', expect.anything()],
    ]);
  });

  test.each([
    [{ limit: 1 }, [['sent msg-003']], true],
    [{ limit: 3 }, [['sent msg-003'], ['sent msg-002'], ['sent msg-001']], false],
    [{ after: 'HEAD~1' }, [['sent msg-003']], false],
    [{ since: Date.now() + 60_000 }, [], false],
    [{ agent: 'gemini' }, [['sent msg-003']], false],
    [{ agent: 'claude' }, [['sent msg-003'], ['sent msg-001']], false],
    [{ types: ['info'] }, [['sent msg-003'], ['sent msg-001']], false],
    [{ types: ['query'] }, [['sent msg-002']], false],
    [{ id: 'msg-002' }, [['sent msg-002']], false],
  ] satisfies [LogRequest, string[][], boolean][])('%o chooses', async (request, expected, more) => {
    const { comms, commit, send } = await gitWorkspace();
    await send('One');
    commit();
    await comms.send({ from: 'gpt', to: ['gpt'], type: 'QUERY', subject: 'Two', details: 'x', context: { query_type: 'x' } });
    commit();
    await send('Three', 'gemini');
    commit();
    const log = await comms.log(request);
    expect([told(log), log.more]).toEqual([expected, more]);
  });
});

describe('one message', () => {
  it('is followed through another id, the dead letters and back, the archive', async () => {
    const { comms, commit, edit, send } = await gitWorkspace();
    await send('Other');
    const id = await send('Followed');
    commit();
    edit('gpt-inbox.md', (text) => text.replaceAll(id, 'msg-077'));
    commit();
    await comms.claim({ agent: 'gpt', id: 'msg-077' });
    await comms.fail({ agent: 'gpt', id: 'msg-077', error: 'No', reject: true });
    commit();
    await comms.redrive({ ids: ['msg-077'] });
    commit();
    await comms.complete({ agent: 'gpt', id: 'msg-077' });
    await comms.archive({ olderThanMs: 0, rotate: true });
    commit();
    const life = [['completed msg-077', 'archived msg-077'], ['redriven msg-077'], ['dead msg-077'], ['changed msg-077'], [`sent ${id}`]];
    expect(told(await comms.log({ id: 'msg-077' }))).toEqual(life);
    // The id that it had is nobody's now.
    expect(told(await comms.log({ id }))).toEqual(life);
  });

  it('that was rewritten by hand and has no uid goes on', async () => {
    const { comms, commit, edit } = await gitWorkspace();
    edit('gpt-inbox.md', (text) => `${text}\n${block('msg-001', { subject: 'Before' })}\n`);
    commit();
    edit('gpt-inbox.md', (text) => text.replace('"Before"', '"After"'));
    commit();
    expect(told(await comms.log({ id: 'msg-001' }))).toEqual([['sent msg-001', 'removed msg-001'], ['sent msg-001']]);
  });

  it('that there never was is not found; one that is gone is', async () => {
    const { comms, commit, edit, send } = await gitWorkspace();
    await send('One');
    commit();
    edit('gpt-inbox.md', (text) => text.replace(/### Message: msg-001[\s\S]*?\n```\n/, ''));
    commit();
    await expect(comms.log({ id: 'msg-009' })).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND' });
    expect(told(await comms.log({ id: 'msg-001' }))).toEqual([['removed msg-001'], ['sent msg-001']]);
  });
});

describe('merges', () => {
  it('tell nothing twice: what a side did is told by its commits', async () => {
    const workspace = await gitWorkspace();
    const { comms, commit, git: run, send } = workspace;
    commit('start');
    run('checkout', '-qb', 'side');
    await send('On the side', 'gemini');
    commit('side');
    run('checkout', '-q', 'main');
    await send('On main', 'claude');
    // status.json is what both sides changed.
    run('checkout', '--', 'agent-comms/status.json');
    commit('main');
    run('merge', '-q', '--no-edit', 'side');
    const log = await comms.log();
    expect(log.entries.map(({ subject, events }) => [subject, events.map(({ kind, inbox }) => `${kind} ${inbox}`)]).sort()).toEqual([
      ['main', ['sent claude']],
      ['side', ['sent gemini']],
      ['start', []],
    ]);
  });

  it('tell what they did themselves', async () => {
    const { comms, commit, edit, git: run, send } = await gitWorkspace();
    commit('start');
    run('checkout', '-qb', 'side');
    await send('On the side', 'gemini');
    commit('side');
    run('checkout', '-q', 'main');
    await send('On main', 'claude');
    run('checkout', '--', 'agent-comms/status.json');
    commit('main');
    run('merge', '-q', '--no-commit', 'side');
    edit('gemini-inbox.md', (text) => text.replaceAll('msg-001', 'msg-009'));
    commit('merge');
    const { entries } = await comms.log();
    const merge = entries.find(({ subject }) => subject === 'merge');
    expect(merge?.events).toMatchObject([{ kind: 'changed', id: 'msg-009', previousId: 'msg-001', inbox: 'gemini' }]);
    expect(merge?.files).toEqual(['gemini-inbox.md']);
    expect(told(await comms.log({ id: 'msg-009' }))).toEqual([['changed msg-009'], ['sent msg-001']]);
  });

  it('a side that a merge threw away is told all the same', async () => {
    const workspace = await gitWorkspace();
    const { commit, git: run, send } = workspace;
    commit('start');
    run('checkout', '-qb', 'side');
    await send('Lost');
    commit('side');
    run('checkout', '-q', 'main');
    commit('main');
    run('merge', '-q', '--no-edit', '-s', 'ours', 'side');
    expect((await toldOf(workspace)).flat()).toEqual(['sent msg-001']);
  });
});

describe('where history ends', () => {
  it('a shallow clone says so, and tells nothing of what was there', async () => {
    const { top, commit, send } = await gitWorkspace();
    await send('One');
    commit();
    await send('Two');
    const cut = commit();
    await send('Three');
    commit();
    const clone = temporaryDirectory();
    git(clone, 'clone', '-q', '--depth', '2', `file://${top}`, 'shallow');
    const comms = await openComms({ workspace: join(clone, 'shallow', 'agent-comms'), env: {} });
    const log = await comms.log();
    expect(told(log)).toEqual([['sent msg-003']]);
    expect(log).toMatchObject({ shallow: cut, uncommitted: { events: [] } });
    await expect(comms.showAt({ id: 'msg-001', revision: 'HEAD~2' })).rejects.toMatchObject({
      code: 'UNKNOWN_REVISION',
      hint: expect.stringContaining('--unshallow'),
    });
    await comms.close();
  });

  it('a move of the directory is said, and not taken for news', async () => {
    const { comms, commit, git: run, send, top } = await gitWorkspace('old/agent-comms');
    await send('One');
    commit('before');
    await comms.close();
    mkdirSync(join(top, 'new'));
    run('mv', 'old/agent-comms', 'new/agent-comms');
    commit('move');
    const moved = await openComms({ workspace: join(top, 'new/agent-comms'), env: {} });
    expect(await moved.log()).toMatchObject({ movedFrom: 'old/agent-comms', entries: [{ subject: 'move', events: [] }] });
    await moved.close();
  });
});

describe('odd histories', () => {
  it('a broken block in an old revision is reported once, and stops nothing', async () => {
    const workspace = await gitWorkspace();
    const { comms, commit, edit, send } = workspace;
    await send('One');
    commit('one');
    edit('gpt-inbox.md', (text) => text.replace('## Archived', '### Message: msg-050\n\n```json\n{"id": "msg-050", \n```\n\n## Archived'));
    commit('broken');
    await send('Two');
    commit('two');
    edit('gpt-inbox.md', (text) => text.replace(/### Message: msg-050\n\n```json\n.*\n```\n\n/, ''));
    commit('mended');
    const { entries } = await comms.log();
    expect(entries.map(({ subject, problems }) => [subject, problems.map(({ code }) => code)])).toEqual([
      ['mended', []],
      ['two', []],
      ['broken', ['BAD_JSON']],
      ['one', []],
    ]);
    expect(entries[2]?.problems[0]).toMatchObject({ file: 'gpt-inbox.md', line: expect.any(Number) });
    expect(told({ entries })).toEqual([[], ['sent msg-051'], [], ['sent msg-001']]);
  });

  it('inboxes of agents that are gone, links, and a directory named like an inbox', async () => {
    const workspace = await gitWorkspace();
    const { root, commit, edit } = workspace;
    writeFileSync(join(root, 'old-inbox.md'), `# Old\n\n${block('msg-001', { recipient: 'old' })}\n`);
    commit();
    rmSync(join(root, 'old-inbox.md'));
    mkdirSync(join(root, 'old-inbox.md'));
    writeFileSync(join(root, 'old-inbox.md', 'file'), 'x');
    commit();
    edit('status.json', (text) => `${text}\n`);
    expect(await toldOf(workspace)).toEqual([['removed msg-001'], ['sent msg-001']]);
  });

  it('outside of a repository it is refused', async () => {
    const { top, comms } = await gitWorkspace();
    rmSync(join(top, '.git'), { recursive: true });
    await expect(comms.log()).rejects.toMatchObject({ code: 'NOT_A_REPOSITORY' });
  });

  it('a workspace at the top of the repository, in a subdirectory, with strange names', async () => {
    for (const place of ['.', ':(top) b/[c]*/agent-comms']) {
      const workspace = await gitWorkspace(place);
      writeFileSync(join(workspace.top, 'zz-inbox.md.txt'), '');
      await workspace.send('One');
      workspace.commit();
      expect(await toldOf(workspace)).toEqual([['sent msg-001']]);
      expect(await workspace.comms.showAt({ id: 'msg-001', revision: 'HEAD' })).toMatchObject({ message: { subject: 'One' } });
    }
  });
});
