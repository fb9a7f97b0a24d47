import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/message/message.ts';
import { cycleThrough, sayCycle } from '../../../src/orchestrator/conflicts/cycles.ts';
import { type Wait, waitsFrom, waitsOf } from '../../../src/orchestrator/conflicts/dependencies.ts';
import type { Plan, Task } from '../../../src/orchestrator/plan/plan.ts';
import type { Copy, Section } from '../../../src/store/store.ts';

const WHO = { agents: ['claude', 'gpt', 'gemini'], aliases: { codex: 'gpt' }, groups: { reviewers: ['gpt', 'gemini'] } };

interface Change {
  context?: Record<string, unknown>;
  section?: Section;
  [field: string]: unknown;
}

function copy(id: string, sender: string, inbox: string, { context = {}, section = 'active', ...more }: Change = {}): Copy {
  const message = {
    id,
    timestamp: '2026-01-17T12:00:00Z',
    sender,
    recipient: inbox,
    type: 'COORDINATION',
    priority: 'medium',
    status: 'PENDING',
    subject: id,
    content: { details: id, context: { coordination_type: 'dependency', action: 'x', impact: 'y', ...context }, attachments: [] },
    references: [],
    requires_response: false,
    ...more,
  };
  return { inbox, section, message: message as unknown as Message };
}

function ready(sender: string, inbox: string, references: string[], context: object = {}): Copy {
  return copy('msg-900', sender, inbox, { type: 'RESPONSE', references, context: { ready: true, ...context } });
}

const said = (waits: readonly Wait[]) => waits.map(({ from, to, id }) => `${from} > ${to}${id === undefined ? '' : ` ${id}`}`);

function planOf(...tasks: (Partial<Task> & { id: string })[]): Plan {
  const whole = (task: Partial<Task>) =>
    ({ title: '', files: [], dependsOn: [], status: 'active', communicationEnabled: true, ...task }) as Task;
  return { phases: [], tasks: tasks.map(whole), decisions: [] };
}

describe('waitsOf', () => {
  const needs = (...requirements: unknown[]) => ({ context: { requirements } });
  const table: [what: string, copies: Copy[], waits: string[]][] = [
    ['a dependency', [copy('msg-001', 'claude', 'gpt')], ['claude > gpt msg-001']],
    ['a blocker', [copy('msg-001', 'claude', 'gpt', { context: { coordination_type: 'blocker' } })], ['claude > gpt msg-001']],
    ['a discovery', [copy('msg-001', 'claude', 'gpt', { context: { coordination_type: 'discovery' } })], []],
    ['another type', [copy('msg-001', 'claude', 'gpt', { type: 'INFO' })], []],
    ['for a task', [copy('msg-001', 'claude', 'gpt', { metadata: { task_id: 'task-1' } })], ['task-1 > gpt msg-001']],
    [
      'what it requires: an agent by its alias, a task, anything else',
      [copy('msg-001', 'claude', 'gemini', needs('Codex', 'task-2', 'the login API', 7, ' '))],
      ['claude > gemini msg-001', 'claude > gpt msg-001', 'claude > task-2 msg-001', 'claude > the login API msg-001'],
    ],
    ['what is named twice, once', [copy('msg-001', 'claude', 'gpt', needs('gpt', 'codex'))], ['claude > gpt msg-001']],
    [
      'two messages, each',
      [copy('msg-001', 'claude', 'gpt'), copy('msg-002', 'claude', 'gpt')],
      ['claude > gpt msg-001', 'claude > gpt msg-002'],
    ],
    [
      'each recipient',
      [copy('msg-001', 'claude', 'gpt'), copy('msg-001', 'claude', 'gemini')],
      ['claude > gpt msg-001', 'claude > gemini msg-001'],
    ],
    [
      'what several copies require, once',
      ['gpt', 'gemini'].map((to) => copy('msg-001', 'claude', to, { ...needs('x'), metadata: { recipients: ['gpt', 'gemini'] } })),
      ['claude > gpt msg-001', 'claude > x msg-001', 'claude > gemini msg-001'],
    ],
    ['itself', [copy('msg-001', 'claude', 'claude')], ['claude > claude msg-001']],
    ['a group', [copy('msg-001', 'claude', 'reviewers')], ['claude > reviewers msg-001']],
    [
      'the member of a group that took it',
      [copy('msg-001', 'claude', 'reviewers', { status: 'IN_PROGRESS', delivery: { claimed_by: 'gemini' } })],
      ['claude > gemini msg-001'],
    ],
    ['what is worked on', [copy('msg-001', 'claude', 'gpt', { status: 'BLOCKED' })], ['claude > gpt msg-001']],
    ['completed', [copy('msg-001', 'claude', 'gpt', { status: 'COMPLETED', ...needs('task-2') })], []],
    ['archived', [copy('msg-001', 'claude', 'gpt', { section: 'archived' })], []],
    ['dead', [copy('msg-001', 'claude', 'gpt', { section: 'dead' })], []],
    [
      'answered as ready by who was waited for',
      [copy('msg-001', 'claude', 'gpt', needs('task-2')), ready('gpt', 'claude', ['msg-001'])],
      [],
    ],
    [
      'answered as ready by a member of the group',
      [copy('msg-001', 'claude', 'reviewers'), ready('codex', 'claude', ['msg-000', 'msg-001'])],
      [],
    ],
    ['answered by somebody else', [copy('msg-001', 'claude', 'gpt'), ready('gemini', 'claude', ['msg-001'])], ['claude > gpt msg-001']],
    [
      'answered by the sender itself',
      [copy('msg-001', 'claude', 'gpt', needs('x')), ready('claude', 'gpt', ['msg-001'], { requirement: 'x' })],
      ['claude > gpt msg-001', 'claude > x msg-001'],
    ],
    ['another message answered', [copy('msg-001', 'claude', 'gpt'), ready('gpt', 'claude', ['msg-002'])], ['claude > gpt msg-001']],
    [
      'answered as not ready',
      [copy('msg-001', 'claude', 'gpt'), ready('gpt', 'claude', ['msg-001'], { ready: 'true' })],
      ['claude > gpt msg-001'],
    ],
    [
      'one requirement answered',
      [copy('msg-001', 'claude', 'gpt', needs('task-2', 'task-3')), ready('gpt', 'claude', ['msg-001'], { requirement: 'task-2' })],
      ['claude > gpt msg-001', 'claude > task-3 msg-001'],
    ],
    [
      'a requirement answered by who did it, which is not who was asked',
      [copy('msg-001', 'claude', 'gpt', needs('task-2', 'gemini')), ready('gemini', 'claude', ['msg-001'], { requirement: 'task-2' })],
      ['claude > gpt msg-001', 'claude > gemini msg-001'],
    ],
    [
      'a required agent answered',
      [copy('msg-001', 'claude', 'gpt', needs('gemini')), ready('gemini', 'claude', ['msg-001'])],
      ['claude > gpt msg-001'],
    ],
    ['answered and archived', [copy('msg-001', 'claude', 'gpt'), { ...ready('gpt', 'claude', ['msg-001']), section: 'archived' }], []],
  ];
  test.each(table)('%s', (_, copies, waits) => {
    expect(said(waitsOf(copies, WHO))).toEqual(waits);
  });

  const strange: [what: string, change: Change][] = [
    ['content that is none', { content: 'x' }],
    ['no content', { content: undefined }],
    ['a context that is a list', { content: { context: [] } }],
    ['references that are none', { references: 'msg-001', context: { ready: true } }],
    ['metadata that is none', { metadata: 'x' }],
    ['a status that is none', { status: 7 }],
  ];
  test.each(strange)('%s, by hand, ends nothing', (_, change) => {
    const waits = said(waitsOf([copy('msg-001', 'claude', 'gpt'), copy('msg-002', 'gpt', 'claude', change)], WHO));
    expect(waits[0]).toBe('claude > gpt msg-001');
  });

  test('without a configuration names are as they stand', () => {
    expect(said(waitsOf([copy('msg-001', 'a', 'b', needs('c'))]))).toEqual(['a > b msg-001', 'a > c msg-001']);
  });

  test('a plan: unfinished tasks wait for what they depend on, and for their owner', () => {
    const plan = planOf(
      { id: 'task-1', owner: 'claude', dependsOn: ['task-2', 'task-3', 'task-9'], status: 'planned' },
      { id: 'task-2', owner: 'codex' },
      { id: 'task-3', status: 'done', owner: 'gpt', dependsOn: ['task-1'] },
    );
    expect(said(waitsOf([], { ...WHO, plan }))).toEqual(['task-1 > task-2', 'task-1 > claude', 'task-2 > gpt']);
    const copies = [copy('msg-001', 'claude', 'gemini', needs('TASK-2')), ready('gpt', 'claude', ['msg-001'])];
    expect(said(waitsOf(copies, { ...WHO, plan })).slice(0, 2)).toEqual(['claude > gemini msg-001', 'task-1 > task-2']);
  });

  test('a task and an agent of one name are two', () => {
    const plan = planOf({ id: 'gpt', owner: 'claude', dependsOn: ['build'] }, { id: 'build', owner: 'gpt' });
    expect(
      said(waitsOf([copy('msg-001', 'claude', 'gemini', { ...needs('gpt'), metadata: { task_id: 'gpt' } })], { ...WHO, plan })),
    ).toEqual(['task:gpt > gemini msg-001', 'task:gpt > gpt msg-001', 'task:gpt > build', 'task:gpt > claude', 'build > gpt']);
  });
});

describe('a message about to be sent', () => {
  test('waits for its recipients and for what it requires', () => {
    const { message } = copy('msg-000', 'gpt', 'claude', { context: { requirements: ['task-1', 'codex'] } });
    const waits = waitsFrom(message, ['claude', 'reviewers'], WHO);
    expect(said(waits)).toEqual(['gpt > claude msg-000', 'gpt > reviewers msg-000', 'gpt > task-1 msg-000', 'gpt > gpt msg-000']);
    expect(waitsFrom({ ...message, type: 'INFO' }, ['claude'], WHO)).toEqual([]);
  });

  test('closes a cycle over messages and the plan', () => {
    const plan = planOf({ id: 'task-2', owner: 'gpt' });
    const before = waitsOf([copy('msg-004', 'claude', 'gemini', { context: { requirements: ['task-2'] } })], { ...WHO, plan });
    const fresh = waitsFrom(copy('msg-000', 'gpt', 'claude').message, ['claude'], { ...WHO, plan });
    const cycle = cycleThrough(before, fresh);
    expect(cycle && sayCycle(cycle)).toBe('claude → task-2 (msg-004) → gpt → claude (this message)');
    expect(cycleThrough(before, waitsFrom(copy('msg-000', 'gpt', 'gemini').message, ['gemini'], { ...WHO, plan }))).toBeUndefined();
  });
});

test('ten thousand coordination messages, a quarter of them answered, with a new one that closes the longest way round', () => {
  const copies = Array.from({ length: 10_000 }, (_, at) =>
    at % 4 === 3
      ? ready(`agent-${at}`, `agent-${at - 1}`, [`msg-${at - 1}`])
      : copy(`msg-${at}`, `agent-${at}`, `agent-${at + 1}`, { context: { requirements: [`task-${at}`] } }),
  );
  const waits = waitsOf(copies);
  expect(waits).toHaveLength(2 * 5_000);
  const chain = Array.from({ length: 10_000 }, (_, at) => copy(`msg-${at}`, `agent-${at}`, `agent-${at + 1}`));
  const fresh = waitsFrom(copy('msg-000', 'agent-10000', 'agent-0').message, ['agent-0']);
  expect(cycleThrough(waitsOf(chain), fresh)).toHaveLength(10_001);
});
