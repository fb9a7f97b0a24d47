import { expect, test } from 'vitest';
import { rateRule } from '../../../src/orchestrator/rules/rate.ts';
import { checkContext } from '../context.ts';

const level = (key: string, retryAfterMs: number) => ({
  key,
  name: key.replace(':', ' '),
  capacity: 5,
  tokens: retryAfterMs > 0 ? 0.5 : 1,
  retryAfterMs,
  retryAt: new Date(retryAfterMs).toISOString(),
});

test.each<[ReturnType<typeof level>[], string[]]>([
  [[], []],
  [[level('sender:claude', 0)], []],
  [[level('sender:claude', 1)], ['RATE_LIMITED']],
  [[level('sender:claude', 1), level('minute:claude', 2)], ['RATE_LIMITED']],
  [[level('phase:build:x', 1)], []],
])('%j: %j', (levels, expected) => {
  expect(rateRule(checkContext({ levels })).map(({ code }) => code)).toEqual(expected);
});

test('names the limit that is the last to let it go, and when', () => {
  expect(rateRule(checkContext({ levels: [level('sender:claude', 1000), level('pair:x', 61_000)] }))).toEqual([
    {
      outcome: 'refuse',
      code: 'RATE_LIMITED',
      reason: 'The rate limit of pair x is reached until 1970-01-01T00:01:01.000Z.',
      hint: 'Try again after 1970-01-01T00:01:01.000Z, or let it wait with --wait.',
      details: { limit: 'pair x', capacity: 5, retry_after_ms: 61_000, retry_at: '1970-01-01T00:01:01.000Z' },
    },
  ]);
});
