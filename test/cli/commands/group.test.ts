import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readSettings } from '../../../src/workspace/config.ts';
import { temporaryDirectory } from '../../workspace/temporary.ts';
import { comms } from '../harness.ts';

async function workspace(store = 'files') {
  const cwd = temporaryDirectory();
  await comms(['init', '--agents', 'claude,gpt,gemini', '--store', store], { cwd });
  const root = join(cwd, 'agent-comms');
  return {
    root,
    run: (line: string) => comms(line.split(' '), { cwd }),
    groups: () => readSettings(root).settings.groups,
    status: () => JSON.parse(readFileSync(join(root, 'status.json'), 'utf8')) as { groups?: Record<string, unknown> },
  };
}

const ADD = 'group add reviewers --members gpt,gemini';
const SEND = 'send --from claude --group reviewers --type INFO --subject Hi --details x';

it('add makes a shared inbox, and the members take from it', async () => {
  const { root, run, groups, status } = await workspace();
  expect(await run(ADD)).toMatchObject({ exit: 0, stderr: '', stdout: expect.stringContaining('Made the group reviewers of gpt, gemini') });
  expect(groups()).toEqual({ reviewers: ['gpt', 'gemini'] });
  expect(readFileSync(join(root, 'reviewers-inbox.md'), 'utf8')).toContain('# Reviewers Inbox');
  expect(status().groups).toHaveProperty('reviewers');
  expect(await run(SEND)).toMatchObject({ exit: 0, stdout: 'Sent msg-001 to reviewers (INFO, medium).\n' });
  expect((await run('inbox --as gpt')).stdout).toContain('claude → reviewers');
  expect((await run('status')).stdout).toMatch(/^group .*\nreviewers +1 +0 +0 +0 +0$/m);
  expect(await run('claim --as gpt --quiet')).toMatchObject({ exit: 0, stdout: 'msg-001\n' });
  expect(await run('claim 1 --as gemini')).toMatchObject({ exit: 5, stderr: expect.stringContaining('is claimed by gpt until') });
  expect(await run('done 1 --as gemini')).toMatchObject({ exit: 5 });
  expect(await run('claim --as gemini')).toMatchObject({ exit: 4 });
  await run('done 1 --as gpt');
  expect((await run('track 1')).stdout).toContain('reviewers: delivered, COMPLETED\n  completed by: gpt\n');
});

it('add adds to a group that is there, and says nothing of who is a member already', async () => {
  const { run, groups } = await workspace();
  await run(ADD);
  expect(await run('group add reviewers --members claude,gpt --json')).toMatchObject({
    exit: 0,
    stdout: expect.stringContaining('"members":["gpt","gemini","claude"],"added":["claude"],"created":false'),
  });
  expect(groups()).toEqual({ reviewers: ['gpt', 'gemini', 'claude'] });
});

it.each([
  ['group add gpt --members gemini', 5, 'The name "gpt" is taken already.'],
  ['group add new', 2, 'A group needs members'],
  ['group add new --members gtp', 3, 'Did you mean "gpt"?'],
  ['group add ../up --members gpt', 6, 'it is a path'],
  ['group add all --members gpt', 6, 'the word stands for every agent'],
  ['agents add reviewers', 5, 'The name "reviewers" is taken already, by a group.'],
  ['agents add new --alias reviewers', 5, 'The name "reviewers" is taken already, by a group.'],
  ['group remove reviewer', 3, 'Did you mean "reviewers"?'],
  ['group remove reviewers --members claude', 3, 'There is no agent "claude"'],
  ['group remove reviewers --members gpt,gemini', 5, 'the group reviewers would have no members'],
  ['send --from claude --group reviwers --type INFO --subject Hi --details x', 3, 'Did you mean "reviewers"?'],
  ['send --from claude --group gpt --type INFO --subject Hi --details x', 3, 'There is no group "gpt"'],
  ['send --from claude --group reviewers --broadcast --type INFO --subject Hi --details x', 2, '--group and --broadcast exclude'],
])('%s is refused with %d, and changes nothing', async (line, exit, part) => {
  const { root, run } = await workspace();
  await run(ADD);
  const before = readFileSync(join(root, 'config.json'), 'utf8');
  expect(await run(line)).toMatchObject({ exit, stdout: '', stderr: expect.stringContaining(part) });
  expect(readFileSync(join(root, 'config.json'), 'utf8')).toBe(before);
  expect(readFileSync(join(root, 'reviewers-inbox.md'), 'utf8')).not.toContain('msg-001');
});

it.each(['files', 'sqlite'])(
  'remove on %s refuses while open messages lie there, then takes the inbox away and keeps what was completed',
  async (store) => {
    const { root, run, groups, status } = await workspace(store);
    await run(ADD);
    await run(SEND);
    expect(await run('group remove reviewers')).toMatchObject({
      exit: 5,
      stderr: expect.stringContaining('comms inbox --as gpt shows them'),
    });
    expect(groups()).toHaveProperty('reviewers');
    await run('done 1 --as gpt');
    expect(await run('group remove reviewers')).toMatchObject({ exit: 0, stdout: 'Removed the group reviewers and its inbox\n' });
    expect(groups()).toEqual({});
    expect(existsSync(join(root, 'reviewers-inbox.md'))).toBe(false);
    if (store === 'files') expect(status().groups).toBeUndefined();
    expect(JSON.parse((await run('status --json')).stdout).data.groups).toBeUndefined();
    expect((await run('read 1')).stdout).toContain('ARCHIVED');
    expect(await run('doctor')).toMatchObject({ exit: 0 });
  },
);

it('an agent that goes leaves its groups and channels, but not one without members', async () => {
  const { run, groups } = await workspace();
  await run(ADD);
  await run('channel subscribe ops --as gpt');
  expect(await run('agents remove gpt')).toMatchObject({ exit: 0, stdout: expect.stringContaining('no longer a member of reviewers') });
  expect(groups()).toEqual({ reviewers: ['gemini'] });
  expect(await run('agents remove gemini')).toMatchObject({ exit: 5, stderr: expect.stringContaining('comms group remove reviewers') });
  await run('agents add gpt');
  expect((await run('channel list --quiet')).stdout).toBe('general\n');
});

it('list shows the groups, and how to make one where there is none', async () => {
  const { run } = await workspace();
  expect(await run('group list')).toMatchObject({
    exit: 0,
    stdout: '',
    stderr: expect.stringContaining('comms group add NAME --members a,b'),
  });
  await run(ADD);
  expect((await run('group list')).stdout).toBe(
    'group      pending  in progress  blocked  done  members\nreviewers  0        0            0        0     gpt, gemini\n',
  );
  expect((await run('group list --quiet')).stdout).toBe('reviewers\n');
});

it('is no agent: who acts or looks as one is told who reads its inbox', async () => {
  const { run } = await workspace();
  await run(ADD);
  for (const line of [
    'inbox --as reviewers',
    'heartbeat --as reviewers',
    'agents show Reviewers',
    'replay --all --as claude --to reviewers',
  ]) {
    const { exit, stderr } = await run(line);
    expect([exit, stderr]).toEqual([
      3,
      expect.stringContaining(' is a group and no agent.\nhint: Its messages come into the inbox of each member: gpt, gemini.'),
    ]);
    expect(stderr).not.toContain('agents add');
  }
  expect((await run('group add ../x --members gpt')).stderr).toContain('cannot be the name of a group: it is a path');
});
