import { expect, test, vi } from 'vitest';
import { preview, send } from '../../src/core/send.ts';
import type { DeliverRequest } from '../../src/store/store.ts';
import { info, testContext } from './context.ts';

const loaded = vi.hoisted(() => ({ times: 0 }));
vi.mock('../../src/core/rate-limits.ts', (original) => {
  loaded.times += 1;
  return original();
});

test('a workspace without limits loads nothing of them, and asks the store for nothing', async () => {
  const ctx = testContext();
  const requests: DeliverRequest[] = [];
  const { deliver } = ctx.store;
  ctx.store.deliver = (request) => {
    requests.push(request);
    return deliver(request);
  };
  ctx.store.rates = () => Promise.reject(new Error('asked'));
  await send(ctx, info());
  expect(await preview(ctx, info())).not.toHaveProperty('limited');
  expect(Object.keys(requests[0] ?? {})).toEqual(['draft', 'recipients']);
  expect(loaded.times).toBe(0);

  const limited = testContext({ rateLimits: { agents: { claude: { capacity: 1, refillPerMs: 1 } } } });
  await send(limited, info());
  expect(loaded.times).toBe(1);
});
