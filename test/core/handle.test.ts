import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type HandleRequest, type Handling, handleMessages } from '../../src/core/handle.ts';
import type { Handled, Handler } from '../../src/core/handle-one.ts';
import { Postponement } from '../../src/core/postponement.ts';
import { Rejection } from '../../src/core/rejection.ts';
import { send } from '../../src/core/send.ts';
import { CommsError } from '../../src/errors.ts';
import { everything, info, refusal, type TestContext, testContext } from './context.ts';

let ctx: TestContext;
let handled: Handled[];
const running: Handling[] = [];
beforeEach(() => {
  ctx = testContext();
  handled = [];
});
afterEach(async () => {
  for (const handling of running.splice(0)) await handling.stop({ timeoutMs: 0 }).catch(() => undefined);
});

const handle = (handler: Handler, request: Partial<HandleRequest> = {}) => {
  const handling = handleMessages(ctx, { agent: 'gpt', graceMs: 20, ...request, onHandled: (one) => handled.push(one) }, handler);
  running.push(handling);
  return handling;
};
const until = (outcomes: number) => vi.waitFor(() => expect(handled).toHaveLength(outcomes), { interval: 2 });
const copyOf = async (id: string) => (await ctx.store.find(id))[0];

test('what waits and what comes is handled, in the order of claims, and completed', async () => {
  await send(ctx, info());
  await send(ctx, info({ priority: 'critical' }));
  const seen: string[] = [];
  handle(({ message }) => {
    seen.push(message.id);
  });
  await until(2);
  await send(ctx, info());
  await until(3);
  expect(seen).toEqual(['msg-002', 'msg-001', 'msg-003']);
  expect((await everything(ctx)).map(({ message }) => message.status)).toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED']);
});

test('a string is the result; an object is the answer, which completes the message', async () => {
  await send(ctx, info());
  await send(ctx, info({ type: 'context.query' }));
  await handle(({ message: { type } }) => (type === 'INFO' ? 'Seen' : { payload: { message: 'React' } }), { once: true }).done;
  expect((await copyOf('msg-001'))?.message).toMatchObject({ status: 'COMPLETED', delivery: { result: 'Seen' } });
  expect((await copyOf('msg-002'))?.message).toMatchObject({ status: 'COMPLETED', delivery: { result: 'Answered by msg-003' } });
  expect((await copyOf('msg-003'))?.message).toMatchObject({ sender: 'gpt', recipient: 'claude', type: 'context.query.response' });
  expect(handled.map(({ outcome, answer }) => [outcome, answer])).toEqual([
    ['completed', undefined],
    ['completed', 'msg-003'],
  ]);
});

test('what answers by itself is settled then; what it returns or throws afterwards changes nothing', async () => {
  await send(ctx, info());
  const counts = await handle(
    async ({ respond }) => {
      await respond({ details: 'Here.' });
      throw new Error('too late');
    },
    { once: true },
  ).done;
  expect(counts).toMatchObject({ completed: 1, failed: 0 });
  expect((await copyOf('msg-001'))?.message.status).toBe('COMPLETED');
});

test('an error fails the attempt, a rejection fails the message for good', async () => {
  await send(ctx, info());
  await send(ctx, info());
  const counts = await handle(
    ({ message }) => {
      throw message.id === 'msg-001' ? new Error('disk on fire') : new Rejection('not mine');
    },
    { once: true },
  ).done;
  expect(counts).toMatchObject({ failed: 1, dead: 1 });
  expect(await copyOf('msg-001')).toMatchObject({
    section: 'active',
    message: { status: 'PENDING', delivery: { last_error: 'disk on fire' } },
  });
  expect(await copyOf('msg-002')).toMatchObject({
    section: 'dead',
    message: { delivery: { dead_reason: 'rejected', last_error: 'not mine' } },
  });
});

test('an answer that is no message fails the attempt, and nothing is delivered', async () => {
  await send(ctx, info());
  await handle(() => ({}), { once: true }).done;
  expect(handled[0]).toMatchObject({ outcome: 'failed', error: { code: 'INVALID_MESSAGE' } });
  expect(await everything(ctx)).toHaveLength(1);
});

test('what a handler meets with another message is its own failure, not a lost lease', async () => {
  await send(ctx, info());
  await handle(
    async () => {
      await ctx.store.complete({ agent: 'gpt', id: 'msg-009' });
    },
    { once: true },
  ).done;
  expect(handled[0]).toMatchObject({ outcome: 'failed', error: { code: 'MESSAGE_NOT_FOUND' } });
});

test('only the types and the messages that were asked for', async () => {
  for (const type of ['INFO', 'context.query', 'context.other']) await send(ctx, info({ type }));
  await handle(() => undefined, { once: true, types: 'context.*', filter: ({ type }) => type !== 'context.other' }).done;
  expect(handled.map(({ message }) => message.id)).toEqual(['msg-002']);
});

test('so many at a time as it may', async () => {
  for (let n = 0; n < 5; n += 1) await send(ctx, info());
  let [now, most] = [0, 0];
  await handle(
    async () => {
      now += 1;
      most = Math.max(most, now);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now -= 1;
    },
    { once: true, concurrency: 2 },
  ).done;
  expect(most).toBe(2);
  expect(handled).toHaveLength(5);
});

test('a lease is extended while the handler runs, however long that is', async () => {
  await send(ctx, info());
  let extended = 0;
  const { extend } = ctx.store;
  ctx.store.extend = (request) => {
    extended += 1;
    return extend(request);
  };
  handle(
    async () => {
      // The clock of the store goes on with each extension, so that without them the lease would be over.
      await vi.waitFor(() => expect(extended).toBeGreaterThan(3), { interval: 1 });
    },
    { leaseMs: 30 },
  );
  await until(1);
  expect(handled[0]?.outcome).toBe('completed');
});

test('a lost lease aborts the signal, and what the handler then says is not taken', async () => {
  await send(ctx, info());
  handle(
    async ({ signal }) => {
      ctx.tick(60);
      await ctx.store.claim({ agent: 'gpt', id: 'msg-001' });
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return 'too late';
    },
    { leaseMs: 30 },
  );
  await until(1);
  expect(handled[0]).toMatchObject({ outcome: 'lost', error: { code: 'LEASE_LOST' } });
  expect((await copyOf('msg-001'))?.message.status).toBe('IN_PROGRESS');
});

test('a handler that settles the message itself is left alone', async () => {
  await send(ctx, info());
  await handle(({ message }) => ctx.store.complete({ agent: 'gpt', id: message.id, result: 'Mine' }).then(() => undefined), { once: true })
    .done;
  expect(handled[0]?.outcome).toBe('settled');
  expect((await copyOf('msg-001'))?.message).toMatchObject({ status: 'COMPLETED', delivery: { result: 'Mine' } });
});

test.each([
  ['completed', () => ctx.store.complete({ agent: 'gpt', id: 'msg-001' })],
  ['failed', () => ctx.store.fail({ agent: 'gpt', id: 'msg-001', error: 'x' })],
  ['blocked', () => ctx.store.block({ agent: 'gpt', id: 'msg-001', reason: 'x' })],
])('a handler that has %s the message may go on, beyond the lease, too', async (_, settle) => {
  await send(ctx, info());
  let aborted: boolean | undefined;
  handle(
    async ({ signal }) => {
      await settle();
      let refused = 0;
      const { extend } = ctx.store;
      ctx.store.extend = (request) => extend(request).finally(() => (refused += 1));
      await vi.waitFor(() => expect(refused).toBeGreaterThan(0), { interval: 2 });
      await new Promise((resolve) => setTimeout(resolve, 10));
      aborted = signal.aborted;
    },
    { leaseMs: 30, types: 'INFO' },
  );
  await until(1);
  await vi.waitFor(() => expect(aborted).toBeDefined());
  expect({ outcome: handled[0]?.outcome, aborted }).toEqual({ outcome: 'settled', aborted: false });
});

test('a message that came back because its lease ran out, and was completed by somebody else, is lost', async () => {
  await send(ctx, info());
  await handle(
    async () => {
      ctx.tick(60);
      await ctx.store.claim({ agent: 'gpt' });
      await ctx.store.complete({ agent: 'gpt', id: 'msg-001', result: 'Theirs' });
    },
    { leaseMs: 30, once: true },
  ).done;
  expect(handled[0]).toMatchObject({ outcome: 'lost', error: { code: 'LEASE_LOST' } });
});

test('what is done is not done again because others had the lock all the time', async () => {
  await send(ctx, info());
  const { complete } = ctx.store;
  let tries = 0;
  ctx.store.complete = (request) => {
    tries += 1;
    return tries < 3 ? Promise.reject(new CommsError('LOCK_TIMEOUT', 'busy')) : complete(request);
  };
  await handle(() => 'done', { once: true }).done;
  expect(handled[0]).toMatchObject({ outcome: 'completed', message: { status: 'COMPLETED', delivery: { result: 'done' } } });
});

test('a postponement gives the message back with its attempt, for later', async () => {
  await send(ctx, info());
  await handle(
    () => {
      throw new Postponement('no network', { delayMs: 5_000 });
    },
    { once: true },
  ).done;
  expect(handled[0]).toMatchObject({ outcome: 'released', error: { message: 'no network' } });
  const { message } = (await copyOf('msg-001')) ?? {};
  expect(message).toMatchObject({ status: 'PENDING', not_before: new Date(ctx.clock() + 5_000).toISOString() });
  expect(message?.delivery).toBeUndefined();
});

test('heartbeats say what is worked on, and at the end that nothing is', async () => {
  await send(ctx, info());
  let finish = () => {};
  const handling = handle(() => new Promise<undefined>((resolve) => (finish = () => resolve(undefined))), { presence: true });
  await vi.waitFor(async () => expect((await ctx.store.heartbeats()).gpt).toMatchObject({ status: 'working', current_task: 'msg-001' }));
  finish();
  await handling.stop();
  const { status, current_task } = (await ctx.store.heartbeats()).gpt ?? {};
  expect({ status, current_task: current_task ?? null }).toEqual({ status: 'idle', current_task: null });
});

test('a stop waits for what runs and begins nothing more', async () => {
  await send(ctx, info());
  await send(ctx, info());
  let finish = () => {};
  const handling = handle(() => new Promise<undefined>((resolve) => (finish = () => resolve(undefined))));
  await vi.waitFor(async () => expect((await copyOf('msg-001'))?.message.status).toBe('IN_PROGRESS'), { interval: 2 });
  const stopped = handling.stop();
  finish();
  expect(await stopped).toMatchObject({ completed: 1 });
  expect((await copyOf('msg-002'))?.message.status).toBe('PENDING');
});

test.each([
  [
    'ends when it is told to',
    (signal: AbortSignal) => new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  ],
  ['never ends', () => new Promise<never>(() => {})],
])('after its limit a stop gives back the message of a handler that %s', async (_, work) => {
  await send(ctx, info());
  const begun = new Promise<void>((begin) => {
    handle(({ signal }) => {
      begin();
      return work(signal);
    });
  });
  await begun;
  expect(await running[0]?.stop({ timeoutMs: 5 })).toMatchObject({ released: 1 });
  expect((await copyOf('msg-001'))?.message).toMatchObject({ status: 'PENDING', delivery: undefined });
});

test('a signal stops it; one that has aborted already lets nothing begin', async () => {
  const signal = new AbortController();
  const handling = handle(() => undefined, { signal: signal.signal });
  signal.abort();
  await handling.done;
  await send(ctx, info());
  expect(await handle(() => undefined, { signal: AbortSignal.abort() }).done).toMatchObject({ completed: 0 });
});

test('it tries again when a back-off is over', async () => {
  await send(ctx, info());
  let tries = 0;
  handle(() => {
    tries += 1;
    if (tries === 1) throw new Error('first');
    return undefined;
  });
  await until(1);
  ctx.tick(999);
  // Rings by the clock of the machine: what is a second there is nothing here.
  await vi.waitFor(
    () => {
      ctx.tick(1);
      expect(handled).toHaveLength(2);
    },
    { timeout: 3_000, interval: 20 },
  );
  expect(handled.map(({ outcome }) => outcome)).toEqual(['failed', 'completed']);
});

test('it says when nothing is there, waits before each claim where it is told to, and gives heartbeats', async () => {
  await send(ctx, info());
  const said: string[] = [];
  await handle(() => undefined, { once: true, before: () => void said.push('before'), onIdle: () => said.push('idle') }).done;
  expect(said).toEqual(['before']);
  const handling = handle(() => undefined, { onIdle: () => said.push('idle') });
  await vi.waitFor(() => expect(said).toContain('idle'), { interval: 2 });
  expect((await ctx.store.heartbeats()).gpt).toBeDefined();
  await handling.stop();
});

test('a store that fails ends it, once what runs has ended', async () => {
  await send(ctx, info());
  ctx.store.complete = () => Promise.reject(new Error('no disk'));
  ctx.store.fail = () => Promise.reject(new Error('no disk'));
  await expect(handle(() => undefined).done).rejects.toThrow('no disk');
});

test('unknown agents and numbers that are none are refused at once', async () => {
  await refusal(() => handle(() => undefined, { agent: 'gtp' }), 'UNKNOWN_AGENT');
  await refusal(() => handle(() => undefined, { concurrency: 0 }), 'USAGE');
  await refusal(() => handle(() => undefined, { leaseMs: Number.NaN }), 'USAGE');
});
