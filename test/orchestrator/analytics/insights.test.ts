import { describe, expect, test } from 'vitest';
import type { MetricsRequest } from '../../../src/orchestrator/analytics/gather.ts';
import type { InsightCode } from '../../../src/orchestrator/analytics/insight.ts';
import { insightsOf } from '../../../src/orchestrator/analytics/insights-of.ts';
import { recommendationsOf } from '../../../src/orchestrator/analytics/recommendations-of.ts';
import type { SeenCopy } from '../../../src/orchestrator/answers.ts';
import { AGENTS, answer, copy, entry, figures, finding, many, question } from '../traffic.ts';

interface Traffic {
  copies?: SeenCopy[];
  traffic?: MetricsRequest['traffic'];
}

/** Traffic of which an insight must tell, what it must say, and traffic right beside it of which it must not. */
interface Case {
  code: InsightCode;
  tells: Traffic;
  figures: Record<string, number | string>;
  recommends: string;
  silent: Record<string, Traffic>;
}

const MINUTE = 60_000;
const DONE = { status: 'COMPLETED' };

/** So many questions to an agent, each answered after so many minutes. */
function answered(count: number, recipient: string, minutes: number): SeenCopy[] {
  return many(count, () => question(600, { recipient, ...DONE })).flatMap((one) => [one, answer(one, minutes)]);
}

function dead(count: number, recipient: string): SeenCopy[] {
  return many(count, () => copy({ section: 'dead', recipient, delivery: { dead_reason: 'failed' } }));
}

function retried(count: number, recipient: string): SeenCopy[] {
  return many(count, () => copy({ recipient, ...DONE, delivery: { attempts: 2 } }));
}

/** `ours` of claude and `others` of gpt, all done. */
function sent(ours: number, others: number): SeenCopy[] {
  return [...many(ours, () => copy(DONE)), ...many(others, () => copy({ sender: 'gpt', recipient: 'gemini', ...DONE }))];
}

/** Messages of the last ten minutes, most of them open, of which some lay there for hours. */
function backlog({ old, fresh, done }: { old: number; fresh: number; done: number }): SeenCopy[] {
  return [
    copy({ recipient: 'gemini', timestamp: '2026-01-17T06:00:00.000Z', ...DONE }),
    copy({ recipient: 'gemini', timestamp: '2026-01-17T12:00:00.000Z', ...DONE }),
    ...many(old, () => copy({ timestamp: '2026-01-17T07:00:00.000Z' })),
    ...many(fresh, () => copy({ timestamp: '2026-01-17T11:55:00.000Z' })),
    ...many(done, () => copy({ timestamp: '2026-01-17T07:00:00.000Z', ...DONE })),
  ];
}

function thread(count: number): SeenCopy[] {
  return many(count, (n) =>
    copy({ id: `msg-t${n}`, references: n > 0 ? [`msg-t${n - 1}`] : [], sender: n % 2 ? 'gpt' : 'claude', ...DONE }),
  );
}

function checked({
  passed,
  refused = 0,
  conflicts = 0,
  code = 'SENSITIVE_DATA',
}: {
  passed: number;
  refused?: number;
  conflicts?: number;
  code?: 'SENSITIVE_DATA' | 'RATE_LIMITED';
}): Traffic {
  return {
    traffic: [
      ...many(passed, () => entry()),
      ...many(refused, () => entry({ event: 'refused', sender: 'gpt', ...finding(code) })),
      ...many(conflicts, () => entry({ ...finding('PLAN_CONFLICT', 'conflict') })),
    ],
  };
}

const CASES: Case[] = [
  {
    code: 'slow_responder',
    tells: { copies: [...answered(5, 'gpt', 9), ...answered(5, 'gemini', 3)] },
    figures: { agent: 'gpt', answers: 5, median_ms: 9 * MINUTE, others_median_ms: 3 * MINUTE },
    recommends: 'share_work',
    silent: {
      'one answer too few': { copies: [...answered(4, 'gpt', 9), ...answered(5, 'gemini', 3)] },
      'too few answers of the others': { copies: [...answered(5, 'gpt', 9), ...answered(4, 'gemini', 3)] },
      'a little less than three times as slow': { copies: [...answered(5, 'gpt', 8.9), ...answered(5, 'gemini', 3)] },
      'less than a minute': { copies: [...answered(5, 'gpt', 0.9), ...answered(5, 'gemini', 0.01)] },
      'nobody to compare with': { copies: answered(9, 'gpt', 99) },
    },
  },
  {
    code: 'unanswered_sender',
    tells: { copies: many(5, () => question(10, { recipient: 'gemini' })) },
    figures: { agent: 'claude', asked: 5, answered: 0, oldest_unanswered_ms: 10 * MINUTE },
    recommends: 'address_somebody_else',
    silent: {
      'one question too few': { copies: many(4, () => question(10)) },
      'asked just now': { copies: many(5, () => question(9.9)) },
      'one answer': { copies: [...many(5, () => question(10)), ...answered(1, 'gpt', 1)] },
    },
  },
  {
    code: 'quiet_agent',
    tells: { copies: many(5, () => copy({ timestamp: '2026-01-17T11:50:00.000Z' })) },
    figures: { agent: 'gpt', received: 5, sent: 0, open: 5, oldest_open_ms: 10 * MINUTE },
    recommends: 'start_a_worker',
    silent: {
      'one message too few': { copies: many(4, () => copy()) },
      'written to just now': { copies: many(5, () => copy({ timestamp: '2026-01-17T11:50:01.000Z' })) },
      'everything done': { copies: many(5, () => copy(DONE)) },
      'it sent one': { copies: [...many(5, () => copy()), copy({ sender: 'gpt', recipient: 'claude' })] },
      'a group, which never sends': { copies: many(5, () => copy({ recipient: 'team' })) },
    },
  },
  {
    code: 'mutual_waiting',
    tells: { copies: [question(5, { id: 'msg-1' }), question(7, { id: 'msg-2', sender: 'gpt', recipient: 'claude' })] },
    figures: {
      from: 'claude',
      to: 'gpt',
      count: 1,
      oldest_id: 'msg-1',
      oldest_ms: 5 * MINUTE,
      count_back: 1,
      oldest_back_id: 'msg-2',
      oldest_back_ms: 7 * MINUTE,
    },
    recommends: 'answer_one_side',
    silent: {
      'asked just now': { copies: [question(4.9), question(7, { sender: 'gpt', recipient: 'claude' })] },
      'one side only': { copies: [question(5), question(7)] },
      'one side done': { copies: [question(5), question(7, { sender: 'gpt', recipient: 'claude', ...DONE })] },
      'with oneself': { copies: [question(9, { recipient: 'claude' })] },
    },
  },
  {
    code: 'overdue_pile',
    tells: { copies: many(3, (n) => question(20 + n, { expected_response_time: 10 })) },
    figures: { agent: 'gpt', overdue: 3, longest_ms: 12 * MINUTE },
    recommends: 'answer_or_move_deadlines',
    silent: {
      'one too few': { copies: many(2, () => question(20, { expected_response_time: 10 })) },
      'one is not due yet': { copies: many(3, (n) => question(20, { expected_response_time: n === 0 ? 21 : 10 })) },
      'of three agents one each': { copies: AGENTS.map((recipient) => question(20, { recipient, expected_response_time: 10 })) },
    },
  },
  {
    code: 'rising_backlog',
    tells: { copies: backlog({ old: 2, fresh: 3, done: 5 }) },
    figures: { agent: 'gpt', open: 5, open_before: 2, received: 10 },
    recommends: 'share_work',
    silent: {
      'less than twice as much': { copies: backlog({ old: 3, fresh: 2, done: 5 }) },
      'too little received': { copies: backlog({ old: 3, fresh: 3, done: 3 }) },
      'too little open': { copies: backlog({ old: 1, fresh: 3, done: 6 }) },
    },
  },
  {
    code: 'dominant_sender',
    tells: { copies: sent(12, 8) },
    figures: { agent: 'claude', sent: 12, total_messages: 20, share: 0.6, agents: 3 },
    recommends: 'limit_sender',
    silent: { 'a little less than 60%': { copies: sent(12, 9) }, 'too few messages': { copies: sent(12, 7) } },
  },
  {
    code: 'long_thread',
    tells: { copies: thread(20) },
    figures: { thread: 'msg-t0', messages: 20, agents: 2 },
    recommends: 'end_the_thread',
    silent: { 'one message too few': { copies: thread(19) } },
  },
  {
    code: 'conflict_hot_spot',
    tells: checked({ passed: 27, conflicts: 3 }),
    figures: {
      conflict_rate: 0.1,
      conflicts: 3,
      checked: 30,
      top_code: 'PLAN_CONFLICT',
      top_code_count: 3,
      top_agent: 'claude',
      top_agent_count: 3,
    },
    recommends: 'settle_conflicts',
    silent: {
      'a little less than 10%': checked({ passed: 28, conflicts: 3 }),
      'one conflict too few': checked({ passed: 10, conflicts: 2 }),
      'too few messages': checked({ passed: 6, conflicts: 3 }),
    },
  },
  {
    code: 'many_refusals',
    tells: checked({ passed: 45, refused: 5 }),
    figures: { refusal: 'SENSITIVE_DATA', count: 5, checked: 50, share: 0.1, top_agent: 'gpt' },
    recommends: 'check_before_sending',
    silent: {
      'one too few': checked({ passed: 9, refused: 4 }),
      'a little less than 10%': checked({ passed: 46, refused: 5 }),
      'a rate limit': checked({ passed: 0, refused: 50, code: 'RATE_LIMITED' }),
    },
  },
  {
    code: 'rate_limit_refuses',
    tells: checked({ passed: 45, refused: 5, code: 'RATE_LIMITED' }),
    figures: { count: 5, checked: 50, share: 0.1, top_agent: 'gpt' },
    recommends: 'adjust_rate_limit',
    silent: {
      'one too few': checked({ passed: 9, refused: 4, code: 'RATE_LIMITED' }),
      'a little less than 10%': checked({ passed: 46, refused: 5, code: 'RATE_LIMITED' }),
      'another reason': checked({ passed: 0, refused: 50 }),
    },
  },
  {
    code: 'held_pile',
    tells: { copies: many(3, () => copy({ section: 'held' })), traffic: [entry({ event: 'released', id: 'msg-x' })] },
    figures: { held: 3, released: 1, rejected: 0 },
    recommends: 'decide_held',
    silent: { 'one too few': { copies: many(2, () => copy({ section: 'held' })) } },
  },
  {
    code: 'low_success',
    tells: { copies: [...many(7, () => copy(DONE)), ...dead(1, 'gpt'), ...dead(1, 'gemini'), ...dead(1, 'claude')] },
    figures: { success_rate: 0.7, succeeded: 7, failed: 3 },
    recommends: 'look_at_dead_letters',
    silent: {
      'just 80%': { copies: [...many(8, () => copy(DONE)), ...dead(2, 'gpt')] },
      'too little decided': { copies: [...many(5, () => copy(DONE)), ...dead(4, 'gpt')] },
    },
  },
  {
    code: 'retries_concentrated',
    tells: { copies: [...retried(3, 'gpt'), ...retried(2, 'gemini')] },
    figures: { agent: 'gpt', retries: 3, total: 5, share: 0.6 },
    recommends: 'mend_handler',
    silent: {
      'one too few': { copies: [...retried(3, 'gpt'), ...retried(1, 'gemini')] },
      'evenly among two': { copies: [...retried(3, 'gpt'), ...retried(3, 'gemini')] },
      'one agent alone': { copies: retried(9, 'gpt') },
    },
  },
  {
    code: 'dead_letters_concentrated',
    tells: { copies: [...dead(3, 'gpt'), ...dead(2, 'gemini')] },
    figures: { agent: 'gpt', dead_letters: 3, total: 5, share: 0.6 },
    recommends: 'mend_then_redrive',
    silent: {
      'one too few': { copies: [...dead(3, 'gpt'), ...dead(1, 'gemini')] },
      'evenly among two': { copies: [...dead(3, 'gpt'), ...dead(3, 'gemini')] },
      'one agent alone': { copies: dead(9, 'gpt') },
    },
  },
];

const insights = ({ copies = [], traffic = [] }: Traffic) => insightsOf(figures(copies, { traffic }), AGENTS);

describe.each(CASES)('$code', ({ code, tells, figures: expected, recommends, silent }) => {
  test('is told, with the figures that it rests on', () => {
    const [first, ...others] = insights(tells).filter((one) => one.code === code);
    expect(first?.figures).toEqual(expected);
    expect(others).toEqual([]);
    expect(first?.text).toMatch(/\d.*\.$/);
    expect(first?.commands).toEqual(expect.arrayContaining([expect.stringMatching(/^comms \w/)]));
  });

  test.each(Object.entries(silent))('is not told: %s', (_, traffic) => {
    expect(insights(traffic).map((one) => one.code)).not.toContain(code);
  });

  test('leads to a recommendation with the same figures', () => {
    const found = recommendationsOf(insights(tells)).find(({ because }) => because === code);
    expect(found).toMatchObject({ code: recommends, figures: expected });
    expect(found?.text).toMatch(/^[A-Z].*\.$/);
    expect(found?.text).not.toContain('?');
    expect(found?.commands.length).toBeGreaterThan(0);
  });
});

test('slow is who takes a minute, where the others take a second', () => {
  expect(insights({ copies: [...answered(5, 'gpt', 1), ...answered(5, 'gemini', 0.01)] }).map(({ code }) => code)).toContain(
    'slow_responder',
  );
});

test('a backlog rises that is just twice as long', () => {
  expect(insights({ copies: backlog({ old: 3, fresh: 3, done: 4 }) }).map(({ code }) => code)).toContain('rising_backlog');
});

test('ten messages are enough to tell of conflicts', () => {
  expect(insights(checked({ passed: 7, conflicts: 3 })).map(({ code }) => code)).toContain('conflict_hot_spot');
});

test('of two agents nobody is dominant', () => {
  const two = AGENTS.slice(0, 2);
  const copies = many(30, () => copy(DONE));
  expect(insightsOf(figures(copies, { agents: two }), two).map(({ code }) => code)).not.toContain('dominant_sender');
  expect(insights({ copies }).map(({ code }) => code)).toContain('dominant_sender');
});

test('every insight has its case', async () => {
  const { readFileSync } = await import('node:fs');
  const source = readFileSync(new URL('../../../src/orchestrator/analytics/insight.ts', import.meta.url), 'utf8');
  const [, union = ''] = /export type InsightCode =\n([\s\S]*?);/.exec(source) ?? [];
  expect(CASES.map(({ code }) => code).sort()).toEqual([...union.matchAll(/'(\w+)'/g)].map(([, code]) => code).sort());
});

test('no traffic, no insights, no recommendations', () => {
  expect(insights({})).toEqual([]);
  expect(recommendationsOf([])).toEqual([]);
});

test('quiet and healthy traffic has nothing that stands out', () => {
  const copies = AGENTS.flatMap((recipient, n) => many(9, () => question(300, { sender: AGENTS[(n + 1) % 3], recipient, ...DONE })));
  expect(insights({ copies: copies.flatMap((one, n) => [one, answer(one, 2 + (n % 5))]) })).toEqual([]);
});

test('the most serious stands first', () => {
  const severities = insights({ copies: [...sent(30, 0), ...many(5, () => question(20, { expected_response_time: 5 }))] }).map(
    ({ severity }) => severity,
  );
  expect(severities).toEqual(
    [...severities].sort((a, b) => ['serious', 'warning', 'info'].indexOf(a) - ['serious', 'warning', 'info'].indexOf(b)),
  );
  expect(new Set(severities).size).toBeGreaterThan(1);
});

test('what is recommended twice in the same words is said once', () => {
  const one = insights({ copies: backlog({ old: 3, fresh: 3, done: 4 }) }).filter(({ code }) => code === 'rising_backlog');
  expect(recommendationsOf([...one, ...one])).toHaveLength(1);
});

test('no command holds what somebody wrote', () => {
  const evil = '$(touch /tmp/x); `id`';
  const copies = [
    ...many(6, () => question(60, { sender: evil, recipient: evil, expected_response_time: 1 })),
    question(60, { id: evil, sender: 'claude', recipient: evil }),
    question(60, { id: `${evil}2`, sender: evil, recipient: 'claude' }),
    ...dead(5, evil),
    ...dead(1, 'gpt'),
    ...retried(9, evil),
    ...thread(21).map((one) => (one.message.id === 'msg-t0' ? { ...one, message: { ...one.message, id: evil } } : one)),
  ];
  const traffic = many(30, () => entry({ event: 'refused', sender: evil, ...finding('SENSITIVE_DATA') }));
  const found = insights({ copies, traffic });
  expect(found.length).toBeGreaterThan(5);
  for (const { commands } of [...found, ...recommendationsOf(found)])
    for (const command of commands) expect(command).toMatch(/^comms [\w ,.-]+$/);
});
