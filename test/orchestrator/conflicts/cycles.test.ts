import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cycleThrough, sayCycle } from '../../../src/orchestrator/conflicts/cycles.ts';
import type { Wait } from '../../../src/orchestrator/conflicts/dependencies.ts';

/** "a>b 4" is a wait of a for b, which msg-004 says; "a>b" is one of the plan. */
function waits(text: string): Wait[] {
  return text
    .split(/,\s*/)
    .filter((one) => one !== '')
    .map((one) => {
      const [, from = '', to = '', id] = /^(\S+)>(\S+)(?: (\d+))?$/.exec(one) ?? [];
      return { from, to, ...(id !== undefined && { id: `msg-${id.padStart(3, '0')}` }) };
    });
}

const table: [what: string, before: string, fresh: string, said: string | undefined][] = [
  ['nothing waits', '', 'a>b 0', undefined],
  ['two for each other', 'a>b 1', 'b>a 0', 'a → b (msg-001) → a (this message)'],
  ['over a task and its owner', 'claude>task-2 4, task-2>gpt', 'gpt>claude 0', 'claude → task-2 (msg-004) → gpt → claude (this message)'],
  ['a chain that ends', 'a>b 1, b>c 2', 'c>d 0', undefined],
  ['a cycle that is there already, elsewhere', 'a>b 1, b>a 2', 'c>d 0', undefined],
  ['a cycle that the fresh one only leads to', 'a>b 1, b>a 2', 'c>a 0', undefined],
  ['for itself', '', 'a>a 0', 'a → a (this message)'],
  ['the shortest', 'b>c 1, c>d 2, d>a 3, b>a 4', 'a>b 0', 'b → a (msg-004) → b (this message)'],
  ['the shortest of several fresh ones', 'b>c 1, c>a 2, d>a 3', 'a>b 0, a>d 0', 'd → a (msg-003) → d (this message)'],
  ['parallel ones: the first', 'a>b 1, a>b 2', 'b>a 0', 'a → b (msg-001) → a (this message)'],
  ['through two fresh ones', 'x>b 1', 'a>x 0, b>a 0', 'x → b (msg-001) → a (this message) → x (this message)'],
];
test.each(table)('%s', (_, before, fresh, said) => {
  const cycle = cycleThrough(waits(before), waits(fresh));
  expect(cycle && sayCycle(cycle)).toBe(said);
});

test('the message may have any id, and what it says is made visible', () => {
  expect(sayCycle([{ from: 'a\u001b', to: 'b', id: 'msg-9' }], 'msg-9')).toBe('a\\x1b → b (this message)');
  expect(sayCycle([{ from: 'a', to: 'a', id: 'msg-000' }], 'msg-9')).toBe('a → a (msg-000)');
});

describe('many', () => {
  const chain = Array.from({ length: 10_000 }, (_, at) => ({ from: `n${at}`, to: `n${at + 1}`, id: `msg-${at + 1}` }));

  test('a chain of ten thousand is gone along', () => {
    expect(cycleThrough(chain, [{ from: 'n10000', to: 'n0', id: 'msg-000' }])).toHaveLength(10_001);
    expect(cycleThrough(chain, [{ from: 'n10000', to: 'n10001', id: 'msg-000' }])).toBeUndefined();
  });

  test('where everybody waits for everybody, each wait is looked at once', () => {
    const names = Array.from({ length: 300 }, (_, at) => `n${at}`);
    const dense = names.flatMap((from) => names.filter((to) => to !== from).map((to) => ({ from, to })));
    expect(cycleThrough(dense, [{ from: 'x', to: 'n0' }])).toBeUndefined();
    expect(cycleThrough(dense, [{ from: 'n0', to: 'n1' }])).toHaveLength(2);
  });
});

test('a cycle is found exactly where there is a way back, none is shorter, and each step follows on the one before', () => {
  const node = fc.constantFrom('a', 'b', 'c', 'd', 'e');
  const edges = fc.array(
    fc.tuple(node, node).map(([from, to]) => ({ from, to })),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(edges, edges, (before, fresh) => {
      const cycle = cycleThrough(before, fresh);
      const all = [...before, ...fresh];
      const lengths = fresh.flatMap(({ from, to }) => stepsBetween(to, from, all) ?? []).map((steps) => steps + 1);
      expect(cycle?.length).toBe(lengths.length === 0 ? undefined : Math.min(...lengths));
      for (const [at, { from }] of (cycle ?? []).entries()) expect(cycle?.at(at - 1)?.to).toBe(from);
      if (cycle) expect(fresh).toContain(cycle.at(-1));
    }),
    { numRuns: 500 },
  );
});

/** By another way: the set of what is reached with each further step. */
function stepsBetween(start: string, end: string, all: readonly Wait[]): number | undefined {
  let reached = new Set([start]);
  for (let steps = 0; steps <= 5; steps += 1) {
    if (reached.has(end)) return steps;
    reached = new Set([...reached, ...all.filter(({ from }) => reached.has(from)).map(({ to }) => to)]);
  }
  return undefined;
}
