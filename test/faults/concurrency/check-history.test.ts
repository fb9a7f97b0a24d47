import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { BAD, held } from './bad-histories.ts';
import { act, claim, copy } from './by-hand.ts';
import { checkHistory, takeoversIn } from './check-history.ts';
import { GOOD } from './good-histories.ts';
import type { FinalCopy, Operation } from './history.ts';

/** What real time allows is let through, and each rule refuses what breaks it, in words that say where. */

const check = (operations: Operation[], final: FinalCopy[] = [copy()]) => checkHistory({ operations, final, maxAttempts: 3 });

test.each(GOOD)('lets through: %s', (_, operations, final) => {
  expect(check(operations, final)).toEqual([]);
});

describe('refuses what breaks a rule', () => {
  test.each(BAD)('%s: %s', (rule, says, operations, final) => {
    const violations = check(operations, final);
    expect(violations).toContainEqual({
      rule,
      message: typeof says === 'string' ? expect.stringContaining(says) : expect.stringMatching(says),
    });
  });

  test('and has a bad history for each rule', () => {
    const sources = readdirSync(import.meta.dirname).filter((name) => name.startsWith('rules-'));
    const text = sources.map((name) => readFileSync(path.join(import.meta.dirname, name), 'utf8')).join('\n');
    const rules = [...text.matchAll(/report\(\s*'([^']+)'/g)].map(([, rule]) => rule);
    expect([...new Set(BAD.map(([rule]) => rule))].sort()).toEqual([...new Set(rules)].sort());
  });
});

test('counts who took over from a holder whose lease had run out, and no other', () => {
  expect(takeoversIn([...held, claim('c', [101, 102], 'T2', 200, 2)])).toBe(1);
  expect(takeoversIn([...held, act('b', 'release', [4, 5], 'T1'), claim('c', [6, 7], 'T2', 200)])).toBe(0);
});
