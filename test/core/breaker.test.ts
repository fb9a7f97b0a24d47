import { beforeEach, expect, test } from 'vitest';
import { type Breaker, createBreaker } from '../../src/core/breaker.ts';
import type { BreakerPort } from '../../src/core/context.ts';
import { START, type TestContext, testContext } from './context.ts';

let kept: Map<string, unknown>;
let ctx: TestContext;
beforeEach(() => {
  kept = new Map();
  let last = Promise.resolve();
  const breakers: BreakerPort = {
    // As a file has it: only what JSON can hold.
    read: async (key) => structuredClone(kept.get(key)),
    update(key, change) {
      last = last.then(async () => void kept.set(key, JSON.parse(JSON.stringify((await change(kept.get(key))) ?? null)) ?? undefined));
      return last;
    },
  };
  ctx = testContext({}, { breakers });
});

const breaker = () => createBreaker(ctx, { key: 'gpt:x', failures: 3, resetAfterMs: 60_000 });
const call = async (on: Breaker, outcome: 'success' | 'failure') => (await on.enter())?.settle(outcome);

test('opens after so many failures in a row; a success in between begins anew', async () => {
  const one = breaker();
  for (const outcome of ['failure', 'failure', 'success', 'failure', 'failure'] as const) expect(await call(one, outcome)).toBeUndefined();
  expect(await one.openUntil()).toBeUndefined();
  expect(await call(one, 'failure')).toBe('opened');
  expect(await one.openUntil()).toBe(START + 60_000);
  expect(await one.enter()).toBeUndefined();
});

test('failures of all processes count together, and the state is theirs', async () => {
  for (let n = 0; n < 3; n += 1) await call(breaker(), 'failure');
  expect(await breaker().openUntil()).toBe(START + 60_000);
});

test('half-open lets one through, whoever asks; its success closes', async () => {
  for (let n = 0; n < 3; n += 1) await call(breaker(), 'failure');
  ctx.tick(60_000);
  const [one, another] = [breaker(), breaker()];
  const passes = await Promise.all([one.enter(), another.enter(), one.enter()]);
  expect(passes.filter((pass) => pass !== undefined)).toHaveLength(1);
  const probe = passes.find((pass) => pass !== undefined);
  expect(probe?.isProbe).toBe(true);
  expect(await another.openUntil()).toBe(START + 120_000);
  expect(await probe?.settle('success')).toBe('closed');
  expect(kept.get('gpt:x')).toBeUndefined();
  expect(await another.openUntil()).toBeUndefined();
});

test('a probe that fails opens it again, for as long', async () => {
  for (let n = 0; n < 3; n += 1) await call(breaker(), 'failure');
  ctx.tick(70_000);
  expect(await call(breaker(), 'failure')).toBe('opened');
  expect(await breaker().openUntil()).toBe(START + 130_000);
});

test('a probe that was given up leaves the turn to the next one', async () => {
  for (let n = 0; n < 3; n += 1) await call(breaker(), 'failure');
  ctx.tick(60_000);
  await (await breaker().enter())?.abandon();
  expect(await breaker().openUntil()).toBeUndefined();
  expect((await breaker().enter())?.isProbe).toBe(true);
});

test('a probe whose process died is followed by another', async () => {
  for (let n = 0; n < 3; n += 1) await call(breaker(), 'failure');
  ctx.tick(60_000);
  const dead = await breaker().enter();
  ctx.tick(60_000);
  expect((await breaker().enter())?.isProbe).toBe(true);
  // It was not dead after all; it decides nothing any more.
  expect(await dead?.settle('success')).toBeUndefined();
  expect(kept.get('gpt:x')).toBeDefined();
});

test('what began before it opened decides nothing', async () => {
  const one = breaker();
  const [before, other] = [await one.enter(), await one.enter()];
  for (let n = 0; n < 3; n += 1) await call(one, 'failure');
  expect(await before?.settle('success')).toBeUndefined();
  ctx.tick(70_000);
  expect(await other?.settle('failure')).toBeUndefined();
  expect((await one.enter())?.isProbe).toBe(true);
});

test.each([
  null,
  'open',
  [],
  {},
  { state: {} },
  { state: { ownState: { value: 2 }, breakerState: 0 } },
  { state: { ownState: { value: 1 }, breakerState: 5 } },
  { state: { ownState: { value: 1, openedAt: 'now' }, breakerState: 5 } },
  { state: { ownState: { value: 0 }, breakerState: -1 } },
])('what cannot be understood counts as closed: %j', async (entry) => {
  kept.set('gpt:x', entry);
  expect(await breaker().openUntil()).toBeUndefined();
  expect(await call(breaker(), 'failure')).toBeUndefined();
  expect(await call(breaker(), 'success')).toBeUndefined();
});

test('a time ahead, of a clock that was wrong, holds nobody up for longer', async () => {
  kept.set('gpt:x', { state: { ownState: { value: 1, openedAt: START + 1e12, attemptNo: 1 }, breakerState: 3 }, at: START });
  expect(await breaker().openUntil()).toBe(START + 60_000);
});
