import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { brief } from '../../src/core/brief.ts';
import type { CoreContext } from '../../src/core/context.ts';
import { send } from '../../src/core/send.ts';
import { parseConfig } from '../../src/workspace/config.ts';
import { settingsFrom } from '../../src/workspace/settings.ts';
import { bug, info, refusal, testContext } from './context.ts';
import { documentOf } from './documents.ts';

const fixture = (name: string) => readFileSync(new URL(`../../fixtures/${name}`, import.meta.url), 'utf8');

/** The seed's configuration, with its four agents. */
const SEED = {
  version: '1.0',
  agents: {
    'frontend-developer': { description: 'builds what users see' },
    'backend-architect': { aliases: ['backend-typescript-architect'] },
    'security-auditor': {},
    'test-automator': {},
  },
  communication: {
    enabled: true,
    default_channels: ['query', 'response', 'coordination'],
    max_messages_per_phase: 50,
    timeout_minutes: 15,
    conflict_detection: true,
    analytics_tracking: true,
  },
  droid_permissions: {
    'frontend-developer': {
      can_send_to: ['backend-architect', 'security-auditor', 'test-automator'],
      can_broadcast: false,
      max_urgency: 'high',
    },
    'security-auditor': { can_send_to: ['*'], can_broadcast: true, max_urgency: 'critical' },
  },
};
const seedContext = (parts: Partial<CoreContext> = {}, more: object = {}) =>
  testContext(settingsFrom(parseConfig(JSON.stringify({ ...SEED, ...more }))), parts);

test("the seed's example of a task makes the brief of fixtures/briefs", async () => {
  const ctx = seedContext();
  await send(ctx, info({ from: 'backend-typescript-architect', to: ['frontend-developer'], subject: 'User profile:\n```id, name``` `x`' }));
  const made = await brief(ctx, { tasks: fixture('tasks/frontend-developer.json') });
  expect(made.markdown).toBe(fixture('briefs/frontend-developer.md'));
  expect({ ...made, markdown: '' }).toEqual({
    agent: 'frontend-developer',
    markdown: '',
    communication_enabled: true,
    may_send_to: ['backend-architect', 'security-auditor', 'test-automator'],
    may_broadcast: false,
    max_priority: 'high',
    types: ['QUERY', 'DISCOVERY', 'COORDINATION'],
    direct_messages: ['backend-architect', 'security-auditor'],
    phase: null,
    tasks: [],
    limits: { per_minute: null, own_per_phase: null, all_per_phase: null, response_minutes: null },
    waiting: [
      {
        ...{ id: 'msg-001', type: 'INFO', priority: 'medium', status: 'PENDING', sender: 'backend-architect' },
        ...{ inbox: 'frontend-developer', subject: 'User profile:\n```id, name``` `x`' },
      },
    ],
    reservations: [],
  });
});

describe('with a plan', () => {
  const PLAN = {
    phases: [
      { id: 'next', agents: ['security-auditor'] },
      {
        id: 'build',
        droids: ['backend-typescript-architect', 'frontend-developer'],
        status: 'active',
        communication_rules: { timeout_minutes: 5, message_types: ['query', 'info'] },
      },
    ],
    tasks: [
      { id: 'later', owner: 'frontend-developer', status: 'planned' },
      { id: 'ui', owner: 'frontend-developer', phase: 'build', depends_on: ['api'], communication_channels: ['info'] },
      { id: 'api', owner: 'backend-architect', phase: 'build' },
      { id: 'old', owner: 'frontend-developer', status: 'done' },
    ],
  };

  it('names phase, tasks, types and limits', async () => {
    const made = await brief(seedContext({ plan: documentOf(PLAN) }), { agent: 'frontend-developer' });
    expect(made).toMatchObject({
      types: ['INFO'],
      phase: { id: 'build', name: 'build', status: 'active' },
      tasks: [
        { id: 'ui', waits_for: ['api'], owner: 'frontend-developer', phase: 'build' },
        { id: 'later', status: 'planned' },
      ],
      limits: { own_per_phase: null, all_per_phase: 50, response_minutes: 5 },
    });
    expect(made.markdown).toContain('active with `backend-architect`, one after another');
  });

  it('a given task counts instead of that of the plan', async () => {
    const made = await brief(seedContext({ plan: documentOf(PLAN) }), { tasks: fixture('tasks/frontend-developer.json') });
    expect(made).toMatchObject({ types: ['QUERY'], direct_messages: ['backend-architect', 'security-auditor'] });
  });

  it('names a phase that is to come, which restricts nothing yet', async () => {
    const made = await brief(seedContext({ plan: documentOf(PLAN) }), { agent: 'security-auditor' });
    expect(made).toMatchObject({ phase: { id: 'next', status: 'planned' }, types: null, may_broadcast: true });
  });

  it('that cannot be read is said', async () => {
    await refusal(() => brief(seedContext({ plan: documentOf('{') }), { agent: 'security-auditor' }), 'INVALID_PLAN');
  });
});

test('limits of a minute, groups, channels, aliases, and what waits for a group', async () => {
  const more = {
    groups: { team: { members: ['backend-architect', 'test-automator'] } },
    rate_limits: { sender: { messages: 30, per: '1m' } },
    communication: { urgency_limits: { 'backend-architect': 2 } },
  };
  const ctx = seedContext({}, more);
  const { draft } = { draft: { sender: 'test-automator', type: 'INFO', priority: 'low', subject: 'For all', content: { details: 'x' } } };
  await ctx.store.addInbox('team');
  await ctx.store.deliver({ draft: draft as never, recipients: ['team'] });
  await send(ctx, bug({ from: 'security-auditor', to: ['backend-architect'], priority: 'critical' }));
  const made = await brief(ctx, { agent: 'Backend-TypeScript-Architect' });
  expect(made).toMatchObject({ agent: 'backend-architect', limits: { per_minute: 2 } });
  expect(made.waiting.map(({ subject, inbox }) => [subject, inbox])).toEqual([
    ['Login fails', 'backend-architect'],
    ['For all', 'team'],
  ]);
  for (const part of [
    '`team`',
    '`general`',
    'At most 2 messages a minute',
    'At most 30 messages a minute',
    '`backend-typescript-architect`',
  ]) {
    expect(made.markdown).toContain(part);
  }
});

test('reservations of others that are live, whatever else stands in the file', async () => {
  const times = { reserved_at: '2026-01-17T11:00:00Z', expires_at: '2026-01-17T13:00:00Z' };
  const entry = (change: object) => ({ agent: 'test-automator', path: 'src/**', ...times, ...change });
  const entries = [
    entry({ task: 't' }),
    entry({ agent: 'security-auditor' }),
    entry({ expires_at: '2026-01-17T12:00:00Z' }),
    entry({ path: 1 }),
    null,
    7,
  ];
  const reserved = async (file: object | string) =>
    (await brief(seedContext({ reservations: documentOf(file) }), { agent: 'security-auditor' })).reservations;
  expect(await reserved({ reservations: entries })).toEqual([entry({ task: 't' })]);
  expect(await reserved({ reservations: [entry({ agent: 'Security-Auditor' })] })).toEqual([]);
  for (const file of ['{', '7', 'null', '{"reservations": {}}']) expect(await reserved(file)).toEqual([]);
});

test('without communication it works alone', async () => {
  const made = await brief(seedContext(), { tasks: '{"subagent_type": "test-automator", "prompt": "Test it."}' });
  expect(made).toMatchObject({ communication_enabled: false, reason: 'Your task does not enable communication.', may_send_to: [] });
  expect(made.markdown).toMatch(/## You work alone\n[\s\S]*## Your task\n\nTest it\.\n$/);
});

test('warns of types and names that there are not, and of those only', async () => {
  const task = (channels: string[], direct: string[]) =>
    JSON.stringify({
      ...{ subagent_type: 'test-automator', prompt: 'Test it.', communication_enabled: true },
      ...{ communication_channels: channels, allow_direct_messages: direct },
    });
  expect(await brief(seedContext(), { tasks: task(['qury', 'context.query'], ['security-auditr', 'zz\u001b']) })).toMatchObject({
    types: ['qury', 'context.query'],
    warnings: [
      expect.stringMatching(/^communication_channels: "qury" is not a message type\. Did you mean QUERY\?/),
      'allow_direct_messages: there is no agent "security-auditr". Did you mean "security-auditor"?',
      'allow_direct_messages: there is no agent "zz\\u001b".',
    ],
  });
  const made = await brief(seedContext(), { tasks: task(['query', '*'], ['Backend-TypeScript-Architect']) });
  expect(made).not.toHaveProperty('warnings');
});

describe('whom it is for', () => {
  const TWO = JSON.stringify([
    { subagent_type: 'test-automator', prompt: 'One' },
    { subagent_type: 'security-auditor', prompt: 'Two' },
    { subagent_type: 'Test-Automator', prompt: 'Three', communication_enabled: true },
  ]);

  it('is said where tasks are for several, whose own are then taken together', async () => {
    const made = await brief(seedContext(), { agent: 'test-automator', tasks: TWO });
    expect(made.communication_enabled).toBe(true);
    expect(made.markdown).toMatch(/One\n[\s\S]*Three\n$/);
    expect(made.markdown).not.toContain('Two');
  });

  it.each([
    [{}, 'USAGE', 'comms brief'],
    [{ tasks: TWO }, 'USAGE', 'comms brief test-automator --task FILE'],
    [{ agent: 'frontend-developer', tasks: TWO }, 'USAGE', 'Leave the agent out'],
    [{ agent: 'nobody' }, 'UNKNOWN_AGENT', 'comms agents add nobody'],
    [{ tasks: '{"subagent_type": "backend-architekt"}' }, 'UNKNOWN_AGENT', 'Did you mean "backend-architect"?'],
    [{ tasks: '{' }, 'INVALID_PLAN', 'A task is an object'],
  ] as const)('%j is refused with %s', async (request, code, hint) => {
    expect((await refusal(() => brief(seedContext(), request), code)).hint).toContain(hint);
  });
});
