import { describe, expect, test } from 'vitest';
import { cleanup } from '../../src/core/cleanup.ts';
import type { CleanupProgress } from '../../src/core/requests.ts';
import { send } from '../../src/core/send.ts';
import { everything, info, type TestContext, testContext } from './context.ts';

async function expired(ctx: TestContext, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await send(ctx, info({ ttlMs: 1000 }));
  ctx.tick(1000);
}

describe('cleanup', () => {
  test('works in steps, says how far it is, and does all', async () => {
    const ctx = testContext();
    await expired(ctx, 250);
    const steps: CleanupProgress[] = [];
    const { expired: ids, purged } = await cleanup(ctx, { purgeDeadOlderThanMs: 0, onProgress: (step) => steps.push(step) });
    expect([ids.length, purged.length]).toEqual([250, 250]);
    expect(steps).toEqual([
      { step: 'sweep', done: 100, total: 250 },
      { step: 'sweep', done: 200, total: 250 },
      { step: 'sweep', done: 250, total: 250 },
      { step: 'purge', done: 100, total: 250 },
      { step: 'purge', done: 200, total: 250 },
      { step: 'purge', done: 250, total: 250 },
    ]);
    expect(await everything(ctx)).toEqual([]);
  });

  test('ends between two steps when it is told to, and says what was done', async () => {
    const ctx = testContext();
    await expired(ctx, 250);
    const stop = new AbortController();
    const { expired: ids, purged } = await cleanup(ctx, { purgeDeadOlderThanMs: 0, onProgress: () => stop.abort(), signal: stop.signal });
    expect([ids.length, purged.length]).toEqual([100, 0]);
    expect((await everything(ctx)).length).toBe(250);
  });

  test('a store that does nothing is not asked for ever', async () => {
    const ctx = testContext();
    ctx.store.purge = async () => ({ purged: [], left: 7 });
    expect((await cleanup(ctx, { purgeDeadOlderThanMs: 0 })).purged).toEqual([]);
  });
});
