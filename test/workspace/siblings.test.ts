import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { openComms } from '../../src/comms.ts';
import { strayMail } from '../../src/workspace/siblings.ts';
import { CONFIG, git, inboxWith, temporaryDirectory, writeFiles } from './temporary.ts';

/** A repository whose workspace is committed, and two linked working trees: one beside it, one inside. */
function repository(place = 'agent-comms') {
  const base = temporaryDirectory();
  const [main, beside, inside] = [join(base, 'main'), join(base, 'beside'), join(base, 'main/trees/inside')];
  mkdirSync(main);
  git(main, 'init', '-q');
  writeFiles(main, { '.gitignore': 'trees/\n', [`${place}/config.json`]: CONFIG, [`${place}/claude-inbox.md`]: inboxWith('msg-001') });
  git(main, 'add', '-A');
  git(main, 'commit', '-qm', 'start');
  git(main, 'worktree', 'add', '-q', beside, '-b', 'one');
  git(main, 'worktree', 'add', '-q', inside, '-b', 'two');
  const root = join(main, place);
  const stray = (tree: string, id = 'msg-009') => writeFiles(tree, { [`${place}/gpt-inbox.md`]: inboxWith(id, '2026-02-02T00:00:00Z') });
  return { base, main, beside, inside, root, stray };
}

describe('mail in another working tree', () => {
  it('is none where all hold the same', () => {
    const { main, root } = repository();
    expect(strayMail({ root, cwd: main })).toEqual([]);
  });

  test.each(['agent-comms', '.claude-workspace/agent-comms', 'packages/a/agent-comms', 'packages/a/mail'])(
    'is seen from everywhere (%s)',
    (place) => {
      const { main, beside, inside, root, stray } = repository(place);
      stray(beside);
      stray(inside, 'msg-010');
      const found = [
        { copy: join(beside, place), tree: beside, ids: ['msg-009'] },
        { copy: join(inside, place), tree: inside, ids: ['msg-010'] },
      ];
      for (const cwd of [main, beside, inside]) {
        expect(strayMail({ root, cwd }).sort((a, b) => (a.tree < b.tree ? -1 : 1))).toEqual(found);
      }
    },
  );

  it('is the main one’s where a linked one is used', () => {
    const { main, beside, stray } = repository();
    stray(main);
    expect(strayMail({ root: join(beside, 'agent-comms'), cwd: beside })).toMatchObject([{ tree: main, ids: ['msg-009'] }]);
  });

  it('in a tree that git moved is found; in one that was moved by hand from inside, or after a repair', () => {
    const { base, main, beside, root, stray } = repository();
    stray(beside);
    const moved = join(base, 'moved');
    git(main, 'worktree', 'move', beside, moved);
    expect(strayMail({ root, cwd: main })).toMatchObject([{ tree: moved }]);
    const again = join(base, 'again');
    renameSync(moved, again);
    expect(strayMail({ root, cwd: main })).toEqual([]);
    expect(strayMail({ root, cwd: again })).toMatchObject([{ tree: again }]);
    git(main, 'worktree', 'repair', again);
    expect(strayMail({ root, cwd: main })).toMatchObject([{ tree: again }]);
  });

  it('in a tree that is gone is none; a link that is damaged stops nothing', () => {
    const { main, beside, inside, root, stray } = repository();
    stray(beside);
    rmSync(inside, { recursive: true });
    writeFileSync(join(main, '.git/worktrees/inside/gitdir'), '');
    mkdirSync(join(main, '.git/worktrees/strange'));
    expect(strayMail({ root, cwd: main })).toMatchObject([{ tree: beside }]);
  });

  it('is found where the links are relative', () => {
    const { main, beside, root, stray } = repository();
    stray(beside);
    writeFileSync(join(main, '.git/worktrees/beside/gitdir'), '../../../../beside/.git\n');
    writeFileSync(join(beside, '.git'), 'gitdir: ../main/.git/worktrees/beside\n');
    expect(strayMail({ root, cwd: main })).toMatchObject([{ tree: beside }]);
    expect(strayMail({ root, cwd: beside })).toMatchObject([{ tree: beside }]);
  });

  it('in the trees of a bare repository, whose workspace lies beside them', () => {
    const { base, main } = repository();
    const project = join(base, 'project');
    git(base, 'clone', '-q', '--bare', main, join(project, '.bare'));
    git(join(project, '.bare'), 'worktree', 'add', '-q', join(project, 'tree'), 'main');
    writeFiles(project, {
      'agent-comms/config.json': CONFIG,
      'agent-comms/claude-inbox.md': readFileSync(join(main, 'agent-comms/claude-inbox.md'), 'utf8'),
    });
    const [root, cwd] = [join(project, 'agent-comms'), join(project, 'tree')];
    expect(strayMail({ root, cwd })).toEqual([]);
    writeFiles(cwd, { 'agent-comms/gpt-inbox.md': inboxWith('msg-009') });
    expect(strayMail({ root, cwd })).toMatchObject([{ tree: cwd, ids: ['msg-009'] }]);
  });

  it('of a submodule is that of its own working trees', () => {
    const { base, main } = repository();
    const outer = join(base, 'outer');
    mkdirSync(outer);
    git(outer, 'init', '-q');
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', main, 'inner');
    const inner = join(outer, 'inner');
    const linked = join(base, 'of-inner');
    git(inner, 'worktree', 'add', '-q', linked, '-b', 'side');
    writeFiles(linked, { 'agent-comms/gpt-inbox.md': inboxWith('msg-009') });
    const root = join(inner, 'agent-comms');
    for (const cwd of [inner, linked, outer]) expect(strayMail({ root, cwd })).toMatchObject([{ tree: linked, ids: ['msg-009'] }]);
  });

  it('is none outside of git', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'config.json': CONFIG });
    expect(strayMail({ root, cwd: root })).toEqual([]);
  });
});

describe('comms import', () => {
  test.each([
    ['a free id', 'msg-009', 0],
    ['an id that is taken', 'msg-001', 1],
  ])('takes it over, and then it is none (%s)', async (_, id, renumbered) => {
    const { main, beside, root, stray } = repository();
    stray(beside, id);
    const comms = await openComms({ workspace: root, cwd: main, env: {} });
    const imported = await comms.import({ from: join(beside, 'agent-comms') });
    expect([imported.imported, imported.renumbered.length]).toEqual([1, renumbered]);
    expect(strayMail({ root, cwd: main })).toEqual([]);
    // What was sent by comms has a uid, and needs no other mark.
    const { message } = await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject: 'Sent', details: 'x' });
    await comms.close();
    const { metadata: _metadata, ...known } = message;
    writeFiles(beside, {
      'agent-comms/gpt-inbox.md': `### Message: x\n\n\`\`\`json\n${JSON.stringify({ ...known, id: 'msg-099' })}\n\`\`\`\n`,
    });
    expect(strayMail({ root, cwd: main })).toEqual([]);
  });
});
