import { describe, expect, it } from 'vitest';
import type { PhaseAction } from '../../../src/orchestrator/plan/transition.ts';
import { statusAfter } from '../../../src/orchestrator/plan/transition.ts';
import { planOf } from './plans.ts';

type Status = 'planned' | 'active' | 'paused' | 'ended';
const phase = (status: Status, id = 'p') => planOf({ phases: [{ id, status }] }).phases[0] as never;

const ALLOWED: [Status, PhaseAction, boolean, Status][] = [
  ['planned', 'start', false, 'active'],
  ['planned', 'start', true, 'active'],
  ['active', 'pause', false, 'paused'],
  ['paused', 'resume', false, 'active'],
  ['active', 'end', false, 'ended'],
  ['paused', 'end', false, 'ended'],
  ['ended', 'start', true, 'active'],
];
const EVERY = (['planned', 'active', 'paused', 'ended'] as const).flatMap((status) =>
  (['start', 'pause', 'resume', 'end'] as const).flatMap((action) => [false, true].map((again) => [status, action, again] as const)),
);
const REFUSED = EVERY.filter(([status, action, again]) => {
  const counts = again && action === 'start';
  return !ALLOWED.some(([from, by, only]) => from === status && by === action && only === counts);
});

describe('a phase', () => {
  it.each(ALLOWED)('that is %s: %s (again: %s) makes it %s', (status, action, again, expected) => {
    expect(statusAfter(phase(status), action, again)).toBe(expected);
  });

  it.each(REFUSED)('that is %s: %s (again: %s) is refused, with a way out', (status, action, again) => {
    expect(() => statusAfter(phase(status), action, again)).toThrow(
      expect.objectContaining({
        code: 'WRONG_PHASE_STATUS',
        hint: expect.stringMatching(/comms phase \w+ p\b/),
        details: { phase: 'p', status, action },
      }),
    );
  });

  it('of an odd id is quoted in the way out', () => {
    expect(() => statusAfter(phase('ended', 'a b'), 'start')).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('start "a b" --again') }),
    );
  });
});
