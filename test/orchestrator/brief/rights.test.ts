import { describe, expect, it } from 'vitest';
import { type RightsRequest, rightsOf } from '../../../src/orchestrator/brief/rights.ts';
import type { Phase } from '../../../src/orchestrator/plan/plan.ts';
import { settingsFrom } from '../../../src/workspace/settings.ts';
import { planOf } from '../plan/plans.ts';

const AGENTS = { a: {}, b: { aliases: ['bee'] }, c: {} };
const config = (more: object) => settingsFrom({ version: '1.0', agents: AGENTS, groups: { team: { members: ['b', 'c'] } }, ...more });
const phase = (more: object): Phase => planOf({ phases: [{ id: 'p', agents: ['a', 'b'], status: 'active', ...more }] }).phases[0] as Phase;
const task = (more: object) => planOf({ tasks: [{ id: 't', owner: 'a', ...more }] }).tasks[0];
const rights = (more: object, request: Partial<RightsRequest> = {}) => rightsOf({ agent: 'a', settings: config(more), ...request });

const COMMUNICATION = { default_channels: ['query', 'response'] };

describe('without restrictions', () => {
  it('everybody may do everything', () => {
    expect(rights({})).toEqual({ maySendTo: ['b', 'c', 'team'], mayBroadcast: true, maxPriority: 'critical', direct: ['b', 'c', 'team'] });
  });
});

describe('whom', () => {
  it.each<[name: string, more: object, request: Partial<RightsRequest>, to: string[], broadcast: boolean]>([
    ['as its permissions say', { permissions: { a: { can_send_to: ['bee', 'team'] } } }, {}, ['b', 'team'], false],
    ['everybody with "*", each by name', { droid_permissions: { a: { can_send_to: ['*'] } } }, {}, ['b', 'c', 'team'], true],
    ['not who does not read it', { permissions: { b: { allowed_senders: ['c'] } } }, {}, ['c', 'team'], true],
    ['not who receives nothing', { communication: { allowed_receivers: ['c'] } }, {}, ['c'], true],
    ['nobody by broadcast', { permissions: { a: { can_broadcast: false } } }, {}, ['b', 'c', 'team'], false],
    ['broadcast alone', {}, { phase: phase({ communication_rules: { allow_inter_agent: false } }) }, [], true],
    ['no broadcast in the phase', {}, { phase: phase({ communication_rules: { allow_broadcast: false } }) }, ['b', 'c', 'team'], false],
    [
      'a planned phase forbids nothing',
      {},
      { phase: phase({ status: 'planned', communication_rules: { allow_inter_agent: false } }) },
      ['b', 'c', 'team'],
      true,
    ],
  ])('%s', (_, more, request, to, broadcast) => {
    expect(rights(more, request)).toMatchObject({ maySendTo: to, mayBroadcast: broadcast });
    expect(rights(more, request)).not.toHaveProperty('alone');
  });
});

describe('alone', () => {
  it.each<[why: string, more: object, request: Partial<RightsRequest>]>([
    ['switched off', { communication: { enabled: false } }, {}],
    ['does not let you send', { communication: { allowed_senders: ['b'] } }, {}],
    ['Your task does not', {}, { task: task({ communication_enabled: false }) }],
    ['Your phase does not', {}, { phase: phase({ communication_enabled: false }) }],
    ['paused', {}, { phase: phase({ status: 'paused' }) }],
    [
      'no type of message',
      { permissions: { a: { allowed_types: ['ack'] } } },
      { phase: phase({ communication_rules: { message_types: ['info'] } }) },
    ],
    ['nobody that you may write to', { permissions: { a: { can_send_to: [] } } }, {}],
  ])('%s', (why, more, request) => {
    expect(rights(more, request)).toMatchObject({ alone: expect.stringContaining(why), maySendTo: [], mayBroadcast: false, direct: [] });
  });
});

describe('types', () => {
  it.each<[name: string, more: object, request: Partial<RightsRequest>, types: string[] | undefined]>([
    ['all outside of a phase', { communication: COMMUNICATION }, {}, undefined],
    ['the default in a phase that names none', { communication: COMMUNICATION }, { phase: phase({}) }, ['QUERY', 'RESPONSE']],
    [
      'the default where a task enables messages',
      { communication: COMMUNICATION },
      { task: task({}), isEnabledByTask: true },
      ['QUERY', 'RESPONSE'],
    ],
    ['all for a task that only is there', { communication: COMMUNICATION }, { task: task({}) }, undefined],
    [
      'those of the phase',
      { communication: COMMUNICATION },
      { phase: phase({ communication_rules: { message_types: ['info'] } }) },
      ['INFO'],
    ],
    [
      'those of the task',
      { communication: COMMUNICATION },
      { task: task({ communication_channels: ['discovery', 'own.type'] }) },
      ['DISCOVERY', 'own.type'],
    ],
    [
      'what task and phase have in common',
      {},
      {
        task: task({ communication_channels: ['query', 'info'] }),
        phase: phase({ communication_rules: { message_types: ['info', 'ack'] } }),
      },
      ['INFO'],
    ],
    [
      'less by permission',
      { permissions: { a: { allowed_types: ['query'] } }, communication: COMMUNICATION },
      { phase: phase({}) },
      ['QUERY'],
    ],
    ['by permission alone', { permissions: { a: { allowed_types: ['query'] } } }, {}, ['QUERY']],
  ])('%s', (_, more, request, types) => {
    expect(rights(more, request).types).toEqual(types);
  });
});

describe('without mediation', () => {
  const mediated = { communication: {}, permissions: { a: { can_send_to: ['b', 'c'] } } };
  it.each<[name: string, more: object, direct: boolean | string[] | undefined, expected: string[]]>([
    ['nobody, where it is not said', mediated, undefined, []],
    ['nobody, where it is forbidden', mediated, false, []],
    ['everybody', mediated, true, ['b', 'c']],
    ['those of the list that it may write to', mediated, ['bee', 'b', 'team'], ['b']],
    ['everybody in direct mode', { ...mediated, communication: { mode: 'direct' } }, undefined, ['b', 'c']],
  ])('%s', (_, more, direct, expected) => {
    expect(rights(more, { task: task(direct === undefined ? {} : { allow_direct_messages: direct }) }).direct).toEqual(expected);
  });
});

it('the highest urgency is that of its permissions', () => {
  expect(rights({ permissions: { a: { max_urgency: 'high' } } }).maxPriority).toBe('high');
});
