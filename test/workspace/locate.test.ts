import { mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { locateWorkspace } from '../../src/workspace/locate.ts';
import { CONFIG, inboxWith, temporaryDirectory, writeFiles } from './temporary.ts';

const locate = (cwd: string, options: { env?: NodeJS.ProcessEnv; workspace?: string } = {}) =>
  locateWorkspace({ cwd, env: options.env ?? {}, workspace: options.workspace });

describe('looking upwards', () => {
  it.each([
    ['agent-comms', 'a/b'],
    ['.claude-workspace/agent-comms', 'a/b'],
    ['agent-comms', '.'],
  ])('finds %s from %s', (place, from) => {
    const root = temporaryDirectory();
    writeFiles(root, { [`${place}/config.json`]: CONFIG, 'a/b/file': '' });
    expect(locate(join(root, from))).toEqual({ root: join(root, place), reason: `found ${place}/ in ${root}`, warnings: [] });
  });

  it('prefers agent-comms/ to .claude-workspace/agent-comms/, and the nearer directory to both', () => {
    const root = temporaryDirectory();
    writeFiles(root, {
      'agent-comms/config.json': CONFIG,
      '.claude-workspace/agent-comms/config.json': CONFIG,
      'near/.claude-workspace/agent-comms/config.json': CONFIG,
    });
    expect(locate(root).root).toBe(join(root, 'agent-comms'));
    expect(locate(join(root, 'near')).root).toBe(join(root, 'near/.claude-workspace/agent-comms'));
  });

  it('takes the directory itself, from below it too', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'mail/config.json': CONFIG, 'mail/claude-inbox.md': '', 'mail/archive/x.md': '' });
    expect(locate(join(root, 'mail/archive'))).toMatchObject({ root: join(root, 'mail'), reason: `${root}/mail is a workspace itself` });
  });

  it('knows a hand-made workspace by an inbox and status.json', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'agent-comms/gpt-inbox.md': '', 'agent-comms/status.json': '{}' });
    expect(locate(root).root).toBe(join(root, 'agent-comms'));
  });

  it.each([
    ['a project with a config.json', { 'config.json': '{}' }],
    ['an agent-comms/ with inboxes alone', { 'agent-comms/gpt-inbox.md': '' }],
    ['a file of that name', { 'agent-comms': '' }],
  ])('does not take %s for one', (_, files) => {
    const root = temporaryDirectory();
    writeFiles(root, files);
    expect(() => locate(root)).toThrow(
      expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND', hint: expect.stringContaining('comms init') }),
    );
  });

  it('resolves symbolic links', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'real/config.json': CONFIG, 'work/file': '' });
    symlinkSync(join(root, 'real'), join(root, 'work/agent-comms'));
    expect(locate(join(root, 'work')).root).toBe(join(root, 'real'));
  });
});

describe('naming one', () => {
  it('goes by --workspace before COMMS_WORKSPACE before what lies near, each relative to here', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'agent-comms/config.json': CONFIG, 'one/config.json': CONFIG, 'two/config.json': CONFIG, 'sub/file': '' });
    const env = { COMMS_WORKSPACE: '../two' };
    expect(locate(join(root, 'sub'), { env, workspace: '../one' })).toMatchObject({
      root: join(root, 'one'),
      reason: 'named by --workspace',
    });
    expect(locate(join(root, 'sub'), { env })).toMatchObject({ root: join(root, 'two'), reason: 'named by COMMS_WORKSPACE' });
    expect(locate(join(root, 'sub'), { env: { COMMS_WORKSPACE: '' } }).root).toBe(join(root, 'agent-comms'));
  });

  it('says that the directory is not there, or what was probably meant', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'agent-comms/config.json': CONFIG });
    expect(() => locate(root, { workspace: 'nowhere' })).toThrow(
      expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND', message: expect.stringContaining('does not exist') }),
    );
    expect(() => locate(root, { workspace: '.' })).toThrow(expect.objectContaining({ hint: `Did you mean ${join(root, 'agent-comms')}` }));
  });

  it('never falls back to another one', () => {
    const root = temporaryDirectory();
    writeFiles(root, { 'agent-comms/config.json': CONFIG, 'agent-comms/claude-inbox.md': inboxWith('msg-001') });
    mkdirSync(join(root, 'empty'));
    expect(() => locate(root, { env: { COMMS_WORKSPACE: 'empty' } })).toThrow(expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND' }));
    renameSync(join(root, 'agent-comms'), join(root, 'elsewhere'));
    expect(() => locate(root)).toThrow(expect.objectContaining({ code: 'WORKSPACE_NOT_FOUND' }));
  });
});
