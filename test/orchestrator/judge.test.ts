import { describe, expect, test } from 'vitest';
import { decisionOf, judge } from '../../src/orchestrator/judge.ts';
import { RULES } from '../../src/orchestrator/verdict.ts';
import { aMessage, checkContext } from './context.ts';

/** To whom claude may not write, in a phase that is paused, with a secret, too fast, and about files of somebody else. */
const ALL_WRONG = checkContext(
  {
    message: aMessage({ type: 'CODE_CHANGE', content: { details: 'x', context: { files_changed: ['src/a.ts'] }, attachments: [] } }),
    phase: {
      ...{ id: 'build', name: 'Build', agents: ['claude'], parallel: true, status: 'paused', communicationEnabled: true },
      rules: { allowInterAgent: true, allowBroadcast: true },
    },
    sensitive: [{ path: '/content/details', rule: 'github', what: 'GitHub token', masked: 'ghp_…(40 characters)' }],
    levels: [{ key: 'sender:claude', name: 'claude', capacity: 1, tokens: 0, retryAfterMs: 1, retryAt: '2026-01-17T12:00:00.001Z' }],
    reservations: [{ agent: 'gpt', path: 'src/**', reserved_at: '2026-01-17T11:00:00.000Z', expires_at: '2026-01-17T13:00:00.000Z' }],
  },
  { communication: {}, permissions: { claude: { can_send_to: ['gemini'] } } },
);

describe('the rules', () => {
  test('are asked in their order, all of them, also where one refuses', () => {
    expect(judge(ALL_WRONG).map(({ rule, code }) => [rule, code])).toEqual([
      ['format', undefined],
      ['permissions', 'RECIPIENT_NOT_ALLOWED'],
      ['phase', 'PHASE_PAUSED'],
      ['sensitive', 'SENSITIVE_DATA'],
      ['rate', 'RATE_LIMITED'],
      ['conflicts', 'RESERVATION_CONFLICT'],
    ]);
    expect(judge(checkContext()).map(({ rule, outcome }) => [rule, outcome])).toEqual(RULES.map((rule) => [rule, 'pass']));
  });

  test('that refuse are told in their order, and a conflict holds nothing then', () => {
    const { outcome, because } = decisionOf(judge(ALL_WRONG), ALL_WRONG);
    expect([outcome, because.map(({ rule }) => rule)]).toEqual(['refuse', ['permissions', 'phase', 'sensitive', 'rate']]);
  });

  test.each([
    ['mediated', 'hold'],
    ['direct', 'deliver'],
    ['broadcast', 'deliver'],
  ] as const)('in the mode %s a conflict alone: %s', (mode, outcome) => {
    const conflicts = judge(ALL_WRONG).filter(({ rule }) => rule === 'conflicts');
    expect(decisionOf(conflicts, { mode })).toEqual({ outcome, because: conflicts });
  });
});
