import { describe, expect, it, test } from 'vitest';
import { CommsError } from '../../../src/errors.ts';
import { LARGEST_PLAN, parsePlan } from '../../../src/orchestrator/plan/parse.ts';
import { planOf } from './plans.ts';

test('the phase and the task of the seed, word for word, with an alias', () => {
  const phase = {
    id: 'phase-2',
    name: 'Implementation',
    droids: ['backend-typescript-architect', 'Frontend-Developer'],
    parallel: true,
    communication_enabled: true,
    communication_rules: { allow_inter_droid: true, allow_broadcast: false, message_types: ['query', 'response', 'context.query'] },
  };
  const task = {
    id: 'ui',
    subagent_type: 'frontend-developer',
    description: 'Build user profile UI',
    prompt: '...',
    communication_enabled: true,
    allow_direct_messages: ['backend-typescript-architect', 'security-auditor'],
    communication_channels: ['query', 'discovery', 'coordination'],
  };
  expect(planOf({ phases: [phase], tasks: [task] })).toEqual({
    phases: [
      {
        id: 'phase-2',
        name: 'Implementation',
        agents: ['backend', 'frontend-developer'],
        parallel: true,
        status: 'planned',
        communicationEnabled: true,
        rules: { allowInterAgent: true, allowBroadcast: false, messageTypes: ['QUERY', 'RESPONSE', 'context.query'] },
      },
    ],
    tasks: [
      {
        id: 'ui',
        title: 'Build user profile UI',
        owner: 'frontend-developer',
        files: [],
        dependsOn: [],
        status: 'active',
        communicationEnabled: true,
        allowDirectMessages: ['backend', 'security-auditor'],
        messageTypes: ['QUERY', 'DISCOVERY', 'COORDINATION'],
      },
    ],
    decisions: [],
  });
});

test('our names, times and limits; what is left out restricts nothing', () => {
  const phase = {
    id: 'p',
    agents: ['codex', 'gpt', 'claude'],
    status: 'paused',
    started_at: '2026-01-17T12:00:00Z',
    paused_at: '2026-01-17T13:00:00Z',
    ended_at: '2026-01-17T14:00:00Z',
    communication_rules: { allow_inter_agent: false, message_types: ['query', '*'], max_messages_per_phase: 0, timeout_minutes: 1.5 },
    own: { kept: true },
  };
  const decision = { id: 'd', decision: 'bcrypt', rejected: ['md5'] };
  const { phases, decisions, tasks } = planOf({
    version: '1.0',
    phases: [phase, { id: 'q' }],
    decisions: [decision, { ...decision, rejected: undefined }],
  });
  expect(phases[0]).toEqual({
    id: 'p',
    name: 'p',
    agents: ['gpt', 'claude'],
    parallel: false,
    status: 'paused',
    startedAt: '2026-01-17T12:00:00Z',
    pausedAt: '2026-01-17T13:00:00Z',
    endedAt: '2026-01-17T14:00:00Z',
    communicationEnabled: true,
    rules: { allowInterAgent: false, allowBroadcast: true, maxMessages: 0, timeoutMinutes: 1.5 },
  });
  expect(phases[1]).toMatchObject({ agents: [], status: 'planned', rules: { allowInterAgent: true, allowBroadcast: true } });
  expect(decisions).toEqual([decision, { ...decision, rejected: [] }]);
  expect(tasks).toEqual([]);
});

test('title before description before id, owner before subagent_type', () => {
  const { tasks } = planOf({
    tasks: [{ id: 'a', title: 'T', description: 'D', owner: 'codex', subagent_type: 'claude' }, { id: 'b', description: 'D' }, { id: 'c' }],
  });
  expect(tasks.map(({ title, owner }) => [title, owner])).toEqual([
    ['T', 'gpt'],
    ['D', undefined],
    ['c', undefined],
  ]);
});

describe('the status of a task', () => {
  const phases = ['planned', 'active', 'paused', 'ended'].map((status) => ({ id: status, status }));
  it.each([
    [undefined, undefined, 'active'],
    [undefined, 'active', 'active'],
    [undefined, 'planned', 'planned'],
    [undefined, 'done', 'done'],
    ['active', undefined, 'active'],
    ['active', 'active', 'active'],
    ['active', 'planned', 'planned'],
    ['active', 'done', 'done'],
    ['planned', undefined, 'planned'],
    ['planned', 'active', 'planned'],
    ['paused', undefined, 'planned'],
    ['paused', 'active', 'planned'],
    ['ended', undefined, 'planned'],
    ['ended', 'done', 'done'],
    ['nowhere', 'active', 'planned'],
  ])('in a phase that is %s, itself %s, it is %s', (phase, status, expected) => {
    expect(planOf({ phases, tasks: [{ id: 't', phase, status }] }).tasks[0]?.status).toBe(expected);
  });
});

test.each([
  [undefined, undefined, true],
  [undefined, false, false],
  [false, undefined, false],
  [false, true, true],
  [true, false, false],
])('communication: phase %s, task %s: %s', (phase, task, expected) => {
  const plan = planOf({
    phases: [{ id: 'p', communication_enabled: phase }],
    tasks: [{ id: 't', phase: 'p', communication_enabled: task }],
  });
  expect(plan.tasks[0]?.communicationEnabled).toBe(expected);
});

test.each([
  [undefined, undefined],
  [true, true],
  [false, false],
  [[], []],
  [['codex', 'GPT'], ['gpt']],
  [['gpt', '*'], true],
])('direct messages %j are %j', (given, expected) => {
  expect(planOf({ tasks: [{ id: 't', allow_direct_messages: given }] }).tasks[0]?.allowDirectMessages).toEqual(expected);
});

test('a BOM, an empty object and CRLF are no problem', () => {
  expect(parsePlan('\uFEFF{\r\n}\r\n')).toEqual({ phases: [], tasks: [], decisions: [] });
});

describe('refuses with place and way out', () => {
  const deep = `{"x": ${'['.repeat(200)}${']'.repeat(200)}}`;
  it.each([
    ['', 'plan.json is not valid: it is not JSON at line 1, column 1: expected a value', undefined],
    ['{"phases": [}', 'it is not JSON at line 1, column 13: expected a value or "]", found "}"', undefined],
    ['[]', 'expected an object', ''],
    ['{"version": "2.0"}', '/version: expected "1.0"', '/version'],
    ['{"phases": [{"name": "x"}]}', '/phases/0/id: missing', '/phases/0/id'],
    ['{"phases": [{"id": "p", "status": "running"}]}', '/phases/0/status: expected', '/phases/0/status'],
    ['{"phases": [{"id": "p", "started_at": "noon"}]}', '/phases/0/started_at: expected', '/phases/0/started_at'],
    ['{"phases": [{"id": "p", "communication_rules": {"max_messages_per_phase": -1}}]}', '/max_messages_per_phase: expected', undefined],
    ['{"phases": [{"id": "p", "communication_rules": {"timeout_minutes": 0}}]}', '/timeout_minutes: expected', undefined],
    ['{"tasks": [{"id": "t", "files": "src"}]}', '/tasks/0/files: expected', '/tasks/0/files'],
    ['{"tasks": [{"id": "t", "allow_direct_messages": [""]}]}', '/tasks/0/allow_direct_messages', undefined],
    ['{"tasks": [{"id": ""}, {"id": 1}]}', '(and 1 more)', '/tasks/0/id'],
    ['{"decisions": [{"id": "d"}]}', '/decisions/0/decision: missing', '/decisions/0/decision'],
    [deep, 'nested more than 100 deep', undefined],
    [`{"x": "${'x'.repeat(LARGEST_PLAN)}"}`, 'larger than 1 MiB', undefined],
  ])('%#', (text, part, path) => {
    const error = thrownBy(() => parsePlan(text));
    expect(error).toMatchObject({ code: 'INVALID_PLAN', message: expect.stringContaining(part), details: { file: 'plan.json' } });
    expect(error.hint).toBeTruthy();
    const problems = error.details?.problems as { file: string; path?: string; severity: string }[];
    expect(problems[0]).toMatchObject({ file: 'plan.json', severity: 'error', ...(path !== undefined && { path }) });
  });
});

function thrownBy(act: () => unknown): CommsError {
  try {
    act();
  } catch (error) {
    if (error instanceof CommsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
