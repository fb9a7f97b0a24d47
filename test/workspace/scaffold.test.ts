import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { schemas } from '../../src/generated/schemas.ts';
import { BUILT_IN_TYPES } from '../../src/message/message.ts';
import { validateMessage } from '../../src/message/validate.ts';
import { readSettings } from '../../src/workspace/config.ts';
import { initTarget } from '../../src/workspace/init-target.ts';
import { applyInit, planInit } from '../../src/workspace/scaffold.ts';
import { TYPE_ROWS } from '../../src/workspace/texts/protocol-types.ts';
import { CONFIG, git, temporaryDirectory, writeFiles } from './temporary.ts';

const AT = '2026-01-17T12:00:00Z';
const FILES = [
  'claude-inbox.md',
  'gpt-inbox.md',
  '.gitignore',
  '.gitattributes',
  'protocol.md',
  'test-harness.md',
  'status.json',
  'config.json',
];

function init(project: string, agents?: string[]) {
  const plan = planInit({ root: join(project, 'agent-comms'), project, agents, at: AT });
  return { plan, written: applyInit(plan) };
}

describe('what init makes', () => {
  it('is a workspace that can be read, with an empty inbox for each agent', () => {
    const project = temporaryDirectory();
    expect(init(project).written).toEqual(FILES);
    const root = join(project, 'agent-comms');
    expect(readdirSync(root).sort()).toEqual([...FILES].sort());
    expect(readSettings(root).settings.agents).toEqual(['claude', 'gpt']);
    expect(readFileSync(join(root, 'claude-inbox.md'), 'utf8')).toMatch(/^# Claude Inbox\n/);
    expect(readFileSync(join(root, 'gpt-inbox.md'), 'utf8')).toContain('\n## Active Messages\n');
    expect(JSON.parse(readFileSync(join(root, 'status.json'), 'utf8'))).toMatchObject({ last_message_id: null, last_updated: AT });
  });

  it('keeps from git what belongs to one machine', () => {
    const project = temporaryDirectory();
    git(project, 'init', '-q');
    init(project);
    const root = join(project, 'agent-comms');
    writeFiles(root, { '.state/lock': '', 'messages.db-wal': '', '.config.json.12.tmp': '' });
    git(project, 'add', '-A');
    expect(git(project, 'ls-files', 'agent-comms').trim().split('\n').sort()).toEqual(FILES.map((file) => `agent-comms/${file}`).sort());
    expect(git(project, 'check-attr', 'text', 'agent-comms/gpt-inbox.md')).toContain('text: unset');
  });

  it('names the agents, the directory and the test command of the project in its texts', () => {
    const project = temporaryDirectory();
    writeFiles(project, { 'package.json': '{"scripts":{"test":"vitest"}}' });
    const { plan } = init(project, ['ada', 'bob']);
    const text = (path: string) => plan.files.find((file) => file.path === path)?.content ?? '';
    expect(text('protocol.md')).toContain('`agent-comms/ada-inbox.md`');
    expect(text('test-harness.md')).toContain('\nnpm test\n');
    expect(text('test-harness.md')).toContain('--from bob --to ada --type TEST_RESULT');
  });
});

describe('with --store sqlite', () => {
  const initSqlite = (project: string) => {
    const plan = planInit({ root: join(project, 'agent-comms'), project, store: 'sqlite', at: AT });
    return { plan, written: applyInit(plan) };
  };

  it('there are no inbox files, and config.json says so', () => {
    const project = temporaryDirectory();
    expect(initSqlite(project).written).toEqual(['.gitignore', '.gitattributes', 'protocol.md', 'test-harness.md', 'config.json']);
    expect(readSettings(join(project, 'agent-comms')).settings).toMatchObject({ store: 'sqlite', agents: ['claude', 'gpt'] });
  });

  it('no text speaks of inbox files, nor of writing by hand', () => {
    const { plan } = initSqlite(temporaryDirectory());
    const texts = plan.files.filter(({ path }) => path.endsWith('.md')).map(({ content }) => content);
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).not.toMatch(/-inbox\.md|status\.json|dead-letters|by hand/i);
    expect(texts[0]).toContain('`agent-comms/messages.db`');
  });

  it('a workspace that is there keeps its store, and init says so', () => {
    const project = temporaryDirectory();
    init(project);
    const { plan, written } = initSqlite(project);
    expect(written).toEqual([]);
    expect(plan.store).toBe('files');
    expect(plan.warnings).toEqual([expect.stringContaining('comms migrate --to sqlite')]);
  });
});

describe('protocol.md', () => {
  it('shows a message that its schema accepts', () => {
    const { plan } = init(temporaryDirectory());
    const protocol = plan.files.find(({ path }) => path === 'protocol.md')?.content ?? '';
    const example: unknown = JSON.parse(/```json\n([\s\S]+?)\n```/.exec(protocol)?.[1] ?? '');
    expect(validateMessage(example)).toEqual([]);
  });

  it.each(BUILT_IN_TYPES.map((type) => [type]))('states what the schema of %s requires', (type) => {
    const schema = JSON.parse(JSON.stringify(schemas[type])) as {
      properties?: {
        content?: { required?: string[]; properties?: { context?: { required?: string[] } } };
        references?: { minItems?: number };
      };
      required?: string[];
    };
    const content = schema.properties?.content;
    const required = [
      ...(content?.required ?? []).filter((name) => name === 'details').map((name) => `content.${name}`),
      ...(content?.properties?.context?.required ?? []).map((name) => `content.context.${name}`),
      ...(schema.properties?.references?.minItems ? ['references'] : []),
    ];
    const row = TYPE_ROWS.find((candidate) => candidate.type === type);
    expect(row?.required.toSorted()).toEqual(required.toSorted());
  });
});

describe('init again', () => {
  it('changes nothing', () => {
    const project = temporaryDirectory();
    init(project);
    writeFiles(project, { 'agent-comms/protocol.md': 'mine', 'agent-comms/gpt-inbox.md': 'also mine' });
    const again = init(project);
    expect(again.written).toEqual([]);
    expect(again.plan.files.every(({ exists }) => exists)).toBe(true);
    expect(readFileSync(join(project, 'agent-comms/protocol.md'), 'utf8')).toBe('mine');
  });

  it.each(FILES.map((file, index) => [file, index] as const))('completes what was cut off before %s', (_, done) => {
    const project = temporaryDirectory();
    const whole = init(project).plan;
    for (const file of FILES.slice(done)) rmSync(join(project, 'agent-comms', file));
    expect(init(project).written).toEqual(FILES.slice(done));
    for (const { path, content } of whole.files) expect(readFileSync(join(project, 'agent-comms', path), 'utf8')).toBe(content);
  });

  it('takes away what a killed one left', () => {
    const project = temporaryDirectory();
    const leftover = join(project, 'agent-comms/.config.json.4711.tmp');
    writeFiles(project, { 'agent-comms/.config.json.4711.tmp': '{"ver' });
    utimesSync(leftover, 1, 1);
    init(project);
    expect(readdirSync(join(project, 'agent-comms'))).not.toContain('.config.json.4711.tmp');
  });

  it('completes a hand-made workspace with the agents that it has', () => {
    const project = temporaryDirectory();
    writeFiles(project, { 'agent-comms/ada-inbox.md': 'hers', 'agent-comms/status.json': '{}' });
    expect(init(project).written).toEqual(['.gitignore', '.gitattributes', 'protocol.md', 'test-harness.md', 'config.json']);
    expect(readSettings(join(project, 'agent-comms')).settings.agents).toEqual(['ada']);
    expect(readFileSync(join(project, 'agent-comms/ada-inbox.md'), 'utf8')).toBe('hers');
  });

  it('refuses agents that an existing config lacks, and says how to register them', () => {
    const project = temporaryDirectory();
    init(project);
    expect(() => init(project, ['claude', 'gemini', 'ada'])).toThrow(
      expect.objectContaining({ code: 'WORKSPACE_EXISTS', hint: 'Run: comms agents add gemini && comms agents add ada' }),
    );
    expect(init(project, ['claude']).plan.warnings).toEqual([]);
  });

  it('never writes through a symbolic link', () => {
    const project = temporaryDirectory();
    mkdirSync(join(project, 'agent-comms'));
    symlinkSync(join(project, 'outside'), join(project, 'agent-comms/claude-inbox.md'));
    expect(init(project).written).not.toContain('claude-inbox.md');
    expect(readdirSync(project)).toEqual(['agent-comms']);
  });
});

describe('where init makes it', () => {
  const target = (cwd: string, options: { env?: NodeJS.ProcessEnv; workspace?: string } = {}) =>
    initTarget({ cwd, env: options.env ?? {}, workspace: options.workspace });

  it('is agent-comms/ here', () => {
    const here = temporaryDirectory();
    expect(target(here)).toEqual({ root: join(here, 'agent-comms'), project: here });
  });

  it('is where one was begun by hand, under .claude-workspace too', () => {
    const here = temporaryDirectory();
    writeFiles(here, { '.claude-workspace/agent-comms/gpt-inbox.md': '', '.claude-workspace/agent-comms/status.json': '{}' });
    expect(target(here)).toEqual({ root: join(here, '.claude-workspace/agent-comms'), project: here });
    expect(target(join(here, '.claude-workspace/agent-comms'))).toEqual({
      root: join(here, '.claude-workspace/agent-comms'),
      project: here,
    });
  });

  it('is never below another workspace, unless it is named', () => {
    const here = temporaryDirectory();
    writeFiles(here, { 'agent-comms/config.json': CONFIG, 'agent-comms/gpt-inbox.md': '', 'sub/file': '' });
    expect(() => target(join(here, 'sub'))).toThrow(
      expect.objectContaining({ code: 'WORKSPACE_EXISTS', message: expect.stringContaining(join(here, 'agent-comms')) }),
    );
    expect(target(join(here, 'sub'), { workspace: 'agent-comms' }).root).toBe(join(here, 'sub/agent-comms'));
    expect(() => target(here, { workspace: 'agent-comms/inner' })).toThrow(expect.objectContaining({ code: 'WORKSPACE_EXISTS' }));
  });

  it('is in the main working tree of a linked one', () => {
    const root = temporaryDirectory();
    const main = join(root, 'main');
    writeFiles(main, { 'src/file': '' });
    git(main, 'init', '-q');
    git(main, 'add', '-A');
    git(main, 'commit', '-qm', 'start');
    git(main, 'worktree', 'add', '-q', join(root, 'linked'));
    expect(target(join(root, 'linked')).root).toBe(join(main, 'agent-comms'));
    expect(target(join(root, 'linked/src')).root).toBe(join(main, 'src/agent-comms'));
  });
});
