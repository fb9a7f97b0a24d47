import { describe, expect, test } from 'vitest';
import type { RateLimit } from '../../src/store/store.ts';
import { draftOf, type Fixture, type testOptions } from './conformance.ts';

/** One token a minute. */
export const limitOf = (key: string, capacity: number): RateLimit => ({ key, name: key, capacity, refillPerMs: 1 / 60_000 });

/** What every store means by heartbeats and token buckets. `current` answers with the fixture of the test that runs. */
export function conformancePresence(current: () => { fixture: Fixture; options: ReturnType<typeof testOptions> }): void {
  const stores = () => current().fixture;
  const tick = (ms: number) => current().options.tick(ms);

  describe('heartbeats', () => {
    test('say when, and what; what is left out stays, and null takes a task away', async () => {
      const { store, other } = stores();
      expect(await store.heartbeats()).toEqual({});
      const first = await store.heartbeat('gpt', { status: 'busy', currentTask: 'tests' });
      expect(first).toEqual({ status: 'busy', current_task: 'tests', last_heartbeat: '2026-01-17T12:00:00.000Z' });
      tick(1000);
      await other.heartbeat('gpt', {});
      await other.heartbeat('claude', {});
      expect(await store.heartbeats()).toEqual({
        gpt: { status: 'busy', current_task: 'tests', last_heartbeat: '2026-01-17T12:00:01.000Z' },
        claude: { last_heartbeat: '2026-01-17T12:00:01.000Z' },
      });
      expect(await store.heartbeat('gpt', { currentTask: null })).toMatchObject({ status: 'busy', current_task: null });
    });

    test('are in the status; what they said goes out of it with the agent, the time of the last one stays', async () => {
      const { store, other } = stores();
      await store.setPresence('gpt', { status: 'idle' });
      await store.heartbeat('gpt', { status: 'busy', currentTask: 'tests' });
      const last_heartbeat = '2026-01-17T12:00:00.000Z';
      tick(599_999);
      expect((await other.status()).agents.gpt).toMatchObject({ status: 'busy', current_task: 'tests', last_heartbeat });
      tick(1);
      expect((await other.status()).agents.gpt).toMatchObject({ status: 'idle', current_task: null, last_heartbeat });
      expect((await other.status()).agents.claude).not.toHaveProperty('last_heartbeat');
    });

    test('one that lies ahead, by a clock that was wrong, says no more than one as far behind', async () => {
      const { store } = stores();
      await store.heartbeat('gpt', { status: 'busy' });
      tick(-600_000);
      expect((await store.status()).agents.gpt?.status).toBe('idle');
      tick(1);
      expect((await store.status()).agents.gpt?.status).toBe('busy');
    });
  });

  describe('limits', () => {
    const send = (limits: RateLimit[], change = {}, store = stores().store) =>
      store.deliver({ draft: draftOf(current().options, change), recipients: ['gpt'], limits });
    const refused = (promise: Promise<unknown>) =>
      promise.then(
        () => undefined,
        (error: { code?: string; message: string; details?: Record<string, unknown> }) => error,
      );
    const tokens = async (...limits: RateLimit[]) => (await stores().other.rates(limits)).map((level) => level.tokens);

    test('a bucket is full at first; an empty one refuses, says until when, and lets go then', async () => {
      const limit = limitOf('a', 2);
      expect(await tokens(limit)).toEqual([2]);
      await send([limit]);
      await send([limit], {}, stores().other);
      tick(15_000);
      expect(await refused(send([limit]))).toMatchObject({
        code: 'RATE_LIMITED',
        message: expect.stringContaining('of a is reached'),
        details: { limit: 'a', retry_after_ms: 45_000, retry_at: '2026-01-17T12:01:00.000Z' },
      });
      expect(await stores().store.list()).toHaveLength(2);
      tick(44_999);
      expect(await refused(send([limit]))).toMatchObject({ details: { retry_after_ms: 1 } });
      tick(1);
      expect((await send([limit])).message.id).toBe('msg-003');
      expect(await refused(send([limit]))).toMatchObject({ code: 'RATE_LIMITED' });
    });

    test('after the time that it names a message goes, whatever fractions of tokens are left', async () => {
      for (let more = 1; more <= 30; more++) {
        const limit = { key: `a${more}`, name: 'a', capacity: 2, refillPerMs: 5 / 60_000 };
        await send([limit]);
        await send([limit]);
        tick(12_000 + more);
        await send([limit]);
        tick(Number((await refused(send([limit])))?.details?.retry_after_ms));
        await send([limit]);
      }
    });

    test('it fills to its capacity and no further', async () => {
      const limit = limitOf('a', 2);
      await send([limit]);
      tick(3_600_000);
      expect(await tokens(limit)).toEqual([2]);
    });

    test('one that never fills counts what was taken, so that a limit that is raised or lowered holds for that, too', async () => {
      const upTo = (capacity: number) => ({ key: 'phase:a', name: 'the phase a', capacity, refillPerMs: 0 });
      for (let sent = 0; sent < 3; sent++) await send([upTo(3)]);
      tick(86_400_000);
      expect(await refused(send([upTo(3)]))).toMatchObject({ code: 'RATE_LIMITED' });
      expect(await tokens(upTo(3), upTo(5), upTo(2))).toEqual([0, 2, 0]);
      await send([upTo(5)]);
      expect(await refused(send([upTo(4)]))).toMatchObject({ code: 'RATE_LIMITED' });
      await send([upTo(5)]);
      expect(await refused(send([upTo(5)]))).toMatchObject({ code: 'RATE_LIMITED' });
      expect(await stores().store.list()).toHaveLength(5);
    });

    test('what one bucket refuses takes from none; of two empty ones the later is named', async () => {
      const [wide, narrow, narrower] = [limitOf('wide', 5), limitOf('narrow', 1), { ...limitOf('narrower', 1), refillPerMs: 1 / 90_000 }];
      await send([wide, narrow]);
      expect(await refused(send([wide, narrow]))).toMatchObject({ details: { limit: 'narrow' } });
      expect(await tokens(wide, narrow)).toEqual([4, 0]);
      await send([narrower]);
      expect(await refused(send([narrow, narrower, wide]))).toMatchObject({ details: { limit: 'narrower', retry_after_ms: 90_000 } });
      expect(await tokens(wide)).toEqual([4]);
    });

    test('neither a duplicate takes one, nor a message that is refused for something else, nor a look', async () => {
      const limit = limitOf('a', 2);
      await send([limit], { idempotency_key: 'k' });
      const again = await send([limit], { idempotency_key: 'k' });
      expect(again.deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate' }]);
      const draft = draftOf(current().options);
      expect(await refused(stores().store.deliver({ draft, recipients: ['gpt', 'gtp'], limits: [limit] }))).toMatchObject({
        code: 'UNKNOWN_AGENT',
      });
      const completes = { agent: 'gpt', id: 'msg-404' };
      expect(await refused(stores().store.deliver({ draft, recipients: ['gpt'], limits: [limit], completes }))).toMatchObject({
        code: 'MESSAGE_NOT_FOUND',
      });
      expect([await tokens(limit), await tokens(limit)]).toEqual([[1], [1]]);
    });

    test('an empty bucket still answers a repeated key', async () => {
      const limit = limitOf('a', 1);
      const { message } = await send([limit], { idempotency_key: 'k' });
      expect((await send([limit], { idempotency_key: 'k' })).message.id).toBe(message.id);
    });

    test('many at once: as many as there are tokens', async () => {
      const { store, other } = stores();
      const limit = limitOf('a', 7);
      const results = await Promise.all(Array.from({ length: 20 }, (_, n) => refused(send([limit], {}, n % 2 ? store : other))));
      expect(results.filter((error) => error === undefined)).toHaveLength(7);
      expect(new Set(results.map((error) => error?.code))).toEqual(new Set([undefined, 'RATE_LIMITED']));
      expect(await store.list()).toHaveLength(7);
    });

    test('a clock that is set back adds nothing, and holds nobody up for longer than the bucket takes to fill', async () => {
      const limit = limitOf('a', 1);
      await send([limit]);
      tick(-86_400_000);
      expect(await refused(send([limit]))).toMatchObject({ details: { retry_after_ms: 60_000 } });
      tick(60_000);
      await send([limit]);
      tick(-1);
      expect(await tokens(limit)).toEqual([0]);
    });

    test('a smaller capacity in the config holds for what is in the bucket already', async () => {
      await send([limitOf('a', 10)]);
      expect(await tokens(limitOf('a', 3))).toEqual([3]);
    });

    test('the bounce of a message is not the sending of anybody, and never limited', async () => {
      const { store } = stores();
      const { message } = await send([limitOf('sender:claude', 1)], { requires_response: true });
      await store.fail({ agent: 'gpt', id: message.id, error: 'x', reject: true });
      expect((await store.list({ inboxes: ['claude'] })).map((copy) => copy.message.metadata)).toEqual([{ bounce: true }]);
    });
  });
}
