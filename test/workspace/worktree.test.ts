import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateWorkspace } from '../../src/workspace/locate.ts';
import { linkedWorktree } from '../../src/workspace/worktree.ts';
import { CONFIG, git, inboxWith, temporaryDirectory, writeFiles } from './temporary.ts';

const locate = (cwd: string, env: NodeJS.ProcessEnv = {}) => locateWorkspace({ cwd, env });

/** A repository whose workspace is committed, and a linked worktree beside it. */
function repository(
  files: Record<string, string> = { 'agent-comms/config.json': CONFIG, 'agent-comms/claude-inbox.md': inboxWith('msg-001') },
) {
  const root = temporaryDirectory();
  const main = join(root, 'main');
  const linked = join(root, 'linked');
  mkdirSync(main);
  git(main, 'init', '-q');
  writeFiles(main, { 'src/file': '', ...files });
  git(main, 'add', '-A');
  git(main, 'commit', '-qm', 'start');
  git(main, 'worktree', 'add', '-q', linked, '-b', 'side');
  return { root, main, linked };
}

describe('in a linked worktree', () => {
  it('uses the workspace of the main working tree, from any directory', () => {
    const { main, linked } = repository();
    for (const from of [linked, join(linked, 'src'), join(linked, 'agent-comms')]) {
      expect(locate(from)).toMatchObject({ root: join(main, 'agent-comms'), warnings: [] });
    }
    expect(locate(linked).reason).toBe(`found agent-comms/ in ${main}, the main working tree of ${linked}`);
  });

  it('finds a workspace in a subdirectory at the same place', () => {
    const { main, linked } = repository({ 'packages/a/agent-comms/config.json': CONFIG });
    expect(locate(join(linked, 'packages/a')).root).toBe(join(main, 'packages/a/agent-comms'));
  });

  it('warns of messages that only the checked-out copy holds', () => {
    const { main, linked } = repository();
    writeFiles(linked, { 'agent-comms/gpt-inbox.md': inboxWith('msg-002') });
    expect(locate(linked).warnings).toEqual([
      `${linked}/agent-comms holds messages that the shared workspace ${main}/agent-comms lacks: msg-002; take them over with: comms import ${linked}/agent-comms`,
    ]);
  });

  it('tells two messages with one id apart', () => {
    const { linked } = repository();
    writeFiles(linked, { 'agent-comms/claude-inbox.md': inboxWith('msg-001', '2026-02-02T00:00:00Z') });
    expect(locate(linked).warnings).toHaveLength(1);
  });

  it('does not warn of a message that was archived in the meantime', () => {
    const { main } = repository();
    const linked = join(main, '../linked');
    mkdirSync(join(main, 'agent-comms/archive'));
    renameSync(join(main, 'agent-comms/claude-inbox.md'), join(main, 'agent-comms/archive/claude-inbox-2026-01.md'));
    expect(locate(linked).warnings).toEqual([]);
  });

  it('does not use its own copy where the main tree has no workspace, but names it', () => {
    const { main, linked } = repository({});
    writeFiles(linked, { 'agent-comms/config.json': CONFIG });
    expect(() => locate(linked)).toThrow(
      expect.objectContaining({
        code: 'WORKSPACE_NOT_FOUND',
        message: expect.stringContaining(main),
        hint: expect.stringContaining(`COMMS_WORKSPACE=${linked}/agent-comms`),
      }),
    );
  });

  it('obeys COMMS_WORKSPACE', () => {
    const { linked } = repository();
    expect(locate(linked, { COMMS_WORKSPACE: 'agent-comms' }).root).toBe(join(linked, 'agent-comms'));
  });

  it('says so when the main repository cannot be seen from here', () => {
    const { main, linked } = repository();
    rmSync(main, { recursive: true });
    expect(() => locate(linked)).toThrow(
      expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND', message: expect.stringContaining('cannot be seen') }),
    );
  });
});

describe('the worktree of a bare repository', () => {
  function bare(name: string) {
    const { root, main } = repository();
    git(root, 'clone', '-q', '--bare', main, join(root, 'project', name));
    git(join(root, 'project', name), 'worktree', 'add', '-q', join(root, 'project/tree'), 'main');
    return { project: join(root, 'project'), tree: join(root, 'project/tree') };
  }

  it.each(['repo.git', '.bare', '.git'])('is refused, with how to name one (%s)', (name) => {
    const { tree } = bare(name);
    expect(linkedWorktree(tree)).toEqual({ top: tree, main: undefined, without: 'bare' });
    expect(() => locate(tree)).toThrow(
      expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND', hint: expect.stringContaining('COMMS_WORKSPACE') }),
    );
  });

  it('is known for one when the settings of a working tree lie in a file of their own', () => {
    const { project, tree } = bare('.git');
    git(tree, 'sparse-checkout', 'set', '--no-cone', '/*');
    expect(readFileSync(join(project, '.git/config'), 'utf8')).not.toMatch(/bare = true/);
    expect(linkedWorktree(tree)).toEqual({ top: tree, main: undefined, without: 'bare' });
  });

  it('shares a workspace that lies beside the worktrees', () => {
    const { project, tree } = bare('.bare');
    writeFiles(project, { 'agent-comms/config.json': CONFIG });
    expect(locate(tree).root).toBe(join(project, 'agent-comms'));
  });
});

describe('what is no linked worktree', () => {
  it('is a submodule, although its .git is a file', () => {
    const { root, main } = repository();
    const outer = join(root, 'outer');
    mkdirSync(outer);
    git(outer, 'init', '-q');
    git(outer, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', main, 'inner');
    expect(linkedWorktree(join(outer, 'inner'))).toBeUndefined();
    expect(locate(join(outer, 'inner')).root).toBe(join(outer, 'inner/agent-comms'));
    // Its own linked worktrees know it by core.worktree.
    git(join(outer, 'inner'), 'worktree', 'add', '-q', join(root, 'of-inner'), '-b', 'side2');
    expect(locate(join(root, 'of-inner')).root).toBe(join(outer, 'inner/agent-comms'));
  });

  it('is a main tree, and a directory outside of git', () => {
    const { root, main } = repository();
    expect(linkedWorktree(join(main, 'src'))).toBeUndefined();
    expect(linkedWorktree(root)).toBeUndefined();
  });
});
