import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { type TestWorkspace, testWorkspace } from './workspace.ts';

const PLAN = `{
  "version": "1.0",
  "phases": [
    {
      "id": "build",
      "name": "Build it",
      "agents": ["claude", "codex"], "parallel": true,
      "communication_rules": { "max_messages_per_phase": 50 }
    },
    { "id": "review", "agents": ["gpt"] }
  ],
  "tasks": [
    { "id": "api", "title": "The API", "owner": "gpt", "phase": "build", "files": ["src/**"] },
    { "id": "ui", "owner": "claude", "phase": "build", "depends_on": ["api"] },
    { "id": "read", "owner": "gpt", "phase": "review", "depends_on": ["ui"] }
  ]
}
`;

function planned(text: string | undefined = PLAN): TestWorkspace & { text: () => string } {
  const workspace = testWorkspace();
  const file = join(workspace.root, 'plan.json');
  writeFileSync(file, text);
  return { ...workspace, text: () => readFileSync(file, 'utf8') };
}

describe('phase', () => {
  it('start, list, pause, resume, end and start again', async () => {
    const { comms, json, text, pass } = planned();
    expect(await comms('phase')).toMatchObject({
      exit: 0,
      out: expect.stringMatching(/^build +planned +- +0\/2 +0\/50 +claude, gpt +Build it$/m),
    });
    expect(await comms('phase start build')).toEqual({
      exit: 0,
      out: 'Started the phase build with claude, gpt (it was planned)\n',
      err: '',
    });
    const line = '"communication_rules": { "max_messages_per_phase": 50 }';
    expect(text()).toBe(PLAN.replace(line, `${line},\n      "status": "active",\n      "started_at": "2026-01-17T12:00:00.000Z"`));
    pass(3 * 60_000);
    expect((await comms('phase list')).out).toMatch(/^build +active +3m ago +0\/2 +0\/50 /m);
    expect((await comms('phase pause build')).out).toBe('Paused the phase build with claude, gpt (it was active)\n');
    expect((await comms('phase resume build')).out).toBe('Resumed the phase build with claude, gpt (it was paused)\n');
    expect(await comms('phase end build')).toMatchObject({
      out: 'Ended the phase build (it was active)\n',
      err: expect.stringContaining('Not done yet in this phase: "api", "ui".'),
    });
    expect(await json('phase start build')).toMatchObject({
      exit: 5,
      error: { code: 'WRONG_PHASE_STATUS', hint: expect.stringContaining('--again') },
    });
    expect(await json('phase start build --again')).toMatchObject({
      data: { phase: { started_at: '2026-01-17T12:03:00.000Z' }, previous_status: 'ended' },
    });
    expect((await comms('phase list --quiet')).out).toBe('build\nreview\n');
  });

  it.each([
    ['phase start biuld', 3, 'UNKNOWN_PHASE', 'Did you mean "build"?'],
    ['phase end build', 5, 'WRONG_PHASE_STATUS', 'comms phase start build'],
    ['phase pause review', 5, 'WRONG_PHASE_STATUS', 'comms phase start review'],
    ['task done aip', 3, 'UNKNOWN_TASK', 'Did you mean "api"?'],
    ['task done api --as claude', 7, 'REFUSED', 'comms task done api --as gpt'],
    ['task list --owner nobody', 3, 'UNKNOWN_AGENT', 'Known agents'],
  ])('%s is refused with %d, and nothing changes', async (line, exit, code, hint) => {
    const { json, text, root } = planned();
    expect(await json(line)).toMatchObject({ exit, error: { code, hint: expect.stringContaining(hint) } });
    expect(text()).toBe(PLAN);
    expect(existsSync(join(root, 'plan.json.lock'))).toBe(false);
  });

  it.each(['phase', 'phase start x', 'phase end x', 'phase pause x', 'phase resume x', 'plan check', 'task', 'task done x'])(
    'comms %s without a plan says how to write one',
    async (line) => {
      const { json, root } = testWorkspace();
      expect(await json(line)).toMatchObject({
        exit: 3,
        error: { code: 'PLAN_NOT_FOUND', hint: expect.stringContaining('"owner":"claude"') },
      });
      expect(existsSync(join(root, 'plan.json'))).toBe(false);
    },
  );

  it('a plan without phases and tasks is said to have none', async () => {
    const { comms } = planned('{}');
    expect(await comms('phase')).toEqual({ exit: 0, out: '', err: 'plan.json names no phases.\n' });
    expect(await comms('task')).toEqual({ exit: 0, out: '', err: 'plan.json names no tasks.\n' });
    expect((await comms('task --owner codex')).err).toBe('plan.json names no tasks of gpt.\n');
  });

  it('what the plan says is made visible', async () => {
    const { comms } = planned(
      '{"phases": [{"id": "p\\u001b[2J", "name": "\\u202ex", "agents": ["\\u0007"]}], "tasks": [{"id": "\\u001b]0;x"}]}',
    );
    for (const line of ['phase', 'task', 'plan check', 'phase --quiet']) {
      const { out, err } = await comms(line);
      expect(out + err).not.toMatch(/[\u001b\u202e\u0007]/);
      expect(out).toMatch(/\\x1b|\\u202e|\\u0007/);
    }
  });
});

describe('task', () => {
  it('list and done', async () => {
    const { comms, json, text } = planned();
    expect((await comms('task')).out).toMatch(/^ui +planned +claude +build +api +ui$/m);
    expect((await comms('task list --owner codex --quiet')).out).toBe('api\nread\n');
    expect(await comms('task done api --as codex')).toEqual({
      exit: 0,
      out: 'api (gpt) is done\nIt was the last that these waited for: ui (claude)\n',
      err: '',
    });
    expect(text()).toBe(PLAN.replace('"files": ["src/**"] }', '"files": ["src/**"], "status": "done" }'));
    expect((await comms('task done api', { env: { COMMS_AGENT: 'gpt' } })).out).toBe('api (gpt) is done already\n');
    expect(await json('task done ui', { env: { COMMS_AGENT: 'gpt' } })).toMatchObject({ exit: 7 });
    expect(await json('task done ui')).toMatchObject({
      data: { task: { id: 'ui', status: 'done' }, changed: true, ready: [{ id: 'read' }] },
    });
  });
});

describe('plan check', () => {
  const WRONG = PLAN.replace('"codex"', '"gtp"');

  it('says that there is nothing, or what there is with 6', async () => {
    expect(await planned().comms('plan check')).toEqual({ exit: 0, out: 'No problems.\n', err: '' });
    const { comms, json } = planned(WRONG);
    expect(await comms('plan check')).toMatchObject({
      exit: 6,
      out: expect.stringContaining(
        'plan.json: error UNKNOWN_AGENT /phases/0/agents/1: there is no agent "gtp"\n  hint: Did you mean "gpt"?\n',
      ),
    });
    expect(await json('plan check')).toMatchObject({ exit: 6, data: { problems: [{ code: 'UNKNOWN_AGENT' }, { code: 'NOT_IN_PHASE' }] } });
  });

  it('ends with 0 on warnings', async () => {
    const { comms } = planned('{"phases": [{"id": "p", "status": "active"}]}');
    expect(await comms('plan check')).toMatchObject({ exit: 0, out: expect.stringContaining('1 warning') });
  });

  it.each(['doctor', 'validate'])('%s looks at the plan, too', async (command) => {
    const codes = async (text?: string) => {
      const { data } = await planned(text).json(command);
      const { problems } = data as unknown as { problems: { file?: string; code: string }[] };
      return problems.filter(({ file }) => file === 'plan.json').map(({ code }) => code);
    };
    expect(await codes()).toEqual([]);
    expect(await codes(WRONG)).toEqual(['UNKNOWN_AGENT', 'NOT_IN_PHASE']);
    expect(await codes('{"phases": [{}]}')).toEqual(['MISSING_FIELD']);
  });

  it('validate and schema know the file', async () => {
    const { comms, json, root } = planned('{"phases": [{}]}');
    expect(await comms(`validate ${root}/plan.json`)).toMatchObject({
      exit: 6,
      out: expect.stringContaining('error MISSING_FIELD /phases/0/id'),
    });
    expect((await json('schema plan')).data).toMatchObject({ title: 'Plan' });
    expect((await comms('schema')).out).toMatch(/^plan +plan\.json of a workspace/m);
  });

  it('a plan that is a directory stops nobody', async () => {
    const { comms, root } = testWorkspace();
    mkdirSync(join(root, 'plan.json'));
    expect(await comms('plan check')).toMatchObject({ exit: 6, out: expect.stringContaining('UNREADABLE') });
  });
});

describe('brief', () => {
  it('prints Markdown whose commands work as they stand', async () => {
    const { comms, json, sent, root } = planned();
    await comms('phase start build');
    for (let count = 0; count < 4; count += 1) await sent();
    const { out, exit } = await comms('brief codex');
    expect(exit).toBe(0);
    expect(out).toBe((await json('brief gpt')).data['markdown' as never]);
    const [, block = ''] = /```sh\n([\s\S]*?)\n```/.exec(out) ?? [];
    const commands = block.split('\n').map((line) => line.replace(/\s+# .*$/, '').replace(/^comms /, ''));
    expect(commands.length).toBeGreaterThan(11);
    let file = '';
    for (const command of commands) {
      const id = command.startsWith('release') ? 'msg-001' : command.startsWith('done') ? 'msg-002' : 'msg-003';
      const line = command
        .replace(/\bID\b/, id)
        .replace('--timeout 10m', '--timeout 1ms')
        .replace('FILE', file);
      const ran = await comms(line);
      expect([0, ...(/^(ask|wait)/.test(line) ? [4] : [])], `${line}: ${ran.err}`).toContain(ran.exit);
      if (!line.startsWith('template')) continue;
      file = join(root, '..', 'message.json');
      writeFileSync(file, JSON.stringify({ ...JSON.parse(ran.out), sender: 'gpt', recipient: 'claude' }));
    }
    expect((await json('sent --as gpt')).data.total).toBeGreaterThanOrEqual(4);
    expect((await comms('task')).out).toMatch(/^api +done/m);
  });

  it('takes a task from a file or from stdin', async () => {
    const { comms, root } = testWorkspace();
    const task = JSON.stringify({ subagent_type: 'codex', description: 'Do', prompt: 'Do it.', communication_enabled: true });
    const piped = await comms('brief --task -', { stdin: task });
    expect(piped).toMatchObject({ exit: 0, out: expect.stringMatching(/^# Messages[\s\S]*`gpt`[\s\S]*\n## Your task: Do\n\nDo it\.\n$/) });
    writeFileSync(join(root, '..', 'task.json'), `\uFEFF${task}`);
    expect((await comms('brief gpt --task task.json')).out).toBe(piped.out);
    expect(await comms('brief')).toMatchObject({ exit: 2 });
    expect(await comms('brief --task none.json')).toMatchObject({ exit: 3 });
  });

  it('warns of a type that there is not on stderr, beside the brief', async () => {
    const { comms, json } = testWorkspace();
    const stdin = JSON.stringify({ subagent_type: 'gpt', communication_enabled: true, communication_channels: ['qury'] });
    const { exit, out, err } = await comms('brief --task -', { stdin });
    expect([exit, out.slice(0, 10)]).toEqual([0, '# Messages']);
    expect(err).toMatch(/^comms: warning: communication_channels: "qury"/);
    const { data, warnings } = await json('brief --task -', { stdin });
    expect([Object.keys(data).includes('warnings'), warnings?.length]).toEqual([false, 1]);
  });
});

test('a start warns on stderr, and in JSON', async () => {
  const { comms, json } = planned();
  expect((await comms('phase start review')).err).toContain('"read" waits for "ui", not done yet.');
  await comms('phase end review');
  expect((await json('phase start review --again')).warnings).toEqual(['"read" waits for "ui", not done yet.']);
});
