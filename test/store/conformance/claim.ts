import { describe, expect, test } from 'vitest';
import type { Suite } from './suite.ts';

export function claimCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;

  describe('claim', () => {
    test('takes the most urgent, then the oldest, and nothing twice', async () => {
      await deliver({ priority: 'low' });
      suite.tick(1000);
      await deliver({ priority: 'high' });
      suite.tick(1000);
      await deliver({ priority: 'high' });
      await deliver({ priority: 'critical' });
      const order = [];
      for (let n = 0; n < 4; n++) order.push((await suite.store.claim({ agent: 'gpt' })).message.id);
      expect(order).toEqual(['msg-004', 'msg-002', 'msg-003', 'msg-001']);
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
    });

    test('an old low one rises over a young high one, but never to critical', async () => {
      await deliver({ priority: 'low' });
      suite.tick(3 * 3_600_000);
      await deliver({ priority: 'high' });
      await deliver({ priority: 'critical' });
      expect((await suite.store.claim({ agent: 'gpt' })).message.id).toBe('msg-003');
      expect((await suite.store.claim({ agent: 'gpt' })).message.id).toBe('msg-001');
    });

    test('writes down who, until when, which attempt, and a token', async () => {
      const { id } = await deliver();
      const { message } = await suite.store.claim({ agent: 'gpt', id, leaseMs: 5000 });
      expect(message.status).toBe('IN_PROGRESS');
      expect(message.delivery).toMatchObject({
        attempts: 1,
        claimed_by: 'gpt',
        claimed_at: '2026-01-17T12:00:00.000Z',
        lease_expires_at: '2026-01-17T12:00:05.000Z',
      });
      expect(message.delivery?.lease_token).toBeTruthy();
      expect((await only(id)).message).toEqual(message);
    });

    test("another agent's message is not there", async () => {
      const { id } = await deliver();
      expect(await refusal(suite.store.claim({ agent: 'claude', id }))).toBe('MESSAGE_NOT_FOUND');
      expect(await refusal(suite.store.claim({ agent: 'gpt', id: 'msg-404' }))).toBe('MESSAGE_NOT_FOUND');
    });

    test('two at once never get the same one', async () => {
      for (let n = 0; n < 10; n++) await deliver();
      const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? suite.store : suite.other).claim({ agent: 'gpt' })));
      expect(new Set(claims.map(({ message }) => message.id)).size).toBe(10);
    });

    test('claiming again what one holds gives a new token, counts no attempt and makes the old token stale', async () => {
      const { id } = await deliver();
      const first = (await suite.store.claim({ agent: 'gpt', id })).message.delivery;
      const second = (await suite.store.claim({ agent: 'gpt', id })).message.delivery;
      expect(second?.attempts).toBe(1);
      expect(second?.lease_token).not.toBe(first?.lease_token);
      expect(await refusal(suite.store.complete({ agent: 'gpt', id, token: String(first?.lease_token) }))).toBe('LEASE_LOST');
      await suite.store.complete({ agent: 'gpt', id, token: String(second?.lease_token) });
    });

    test('passes over what the filter leaves out', async () => {
      await deliver({ type: 'INFO' });
      await deliver({ type: 'QUERY' });
      expect((await suite.store.claim({ agent: 'gpt', filter: (message) => message.type === 'QUERY' })).message.id).toBe('msg-002');
    });

    test('a completed or blocked one is refused', async () => {
      const { id } = await deliver();
      await suite.store.block({ agent: 'gpt', id, reason: 'waits' });
      expect(await refusal(suite.store.claim({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
      await suite.store.unblock({ agent: 'gpt', id });
      await suite.store.complete({ agent: 'gpt', id });
      expect(await refusal(suite.store.claim({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
    });
  });
}
