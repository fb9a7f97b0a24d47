import { describe, expect, test } from 'vitest';
import type { Suite } from './suite.ts';

export function leaseCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;

  describe('leases', () => {
    test('one that ran out is shown as returned, and can be claimed again', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      suite.tick(60_000);
      expect((await only(id)).message.status).toBe('PENDING');
      expect((await suite.store.status()).pending_items).toEqual([id]);
      expect((await suite.store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(2);
    });

    test.each(['complete', 'fail', 'extend', 'release', 'block'] as const)('a late holder is refused: %s', async (verb) => {
      const { id } = await deliver();
      const token = (await suite.store.claim({ agent: 'gpt', id })).message.delivery?.lease_token;
      suite.tick(60_001);
      const act = (request: { agent: string; id: string; token?: string }) => suite.store[verb]({ ...request, error: 'x', reason: 'x' });
      expect(await refusal(act({ agent: 'gpt', id }))).toBe('LEASE_LOST');
      expect(await refusal(act({ agent: 'gpt', id, token: String(token) }))).toBe('LEASE_LOST');
      await suite.store.sweep();
      expect(await refusal(act({ agent: 'gpt', id }))).toBe('LEASE_LOST');
    });

    test('extend prolongs it', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      suite.tick(50_000);
      await suite.store.extend({ agent: 'gpt', id, leaseMs: 60_000 });
      suite.tick(50_000);
      await suite.store.complete({ agent: 'gpt', id, result: 'done' });
      expect((await only(id)).message).toMatchObject({
        status: 'COMPLETED',
        delivery: { result: 'done', completed_at: '2026-01-17T12:01:40.000Z' },
      });
    });

    test('a worker that dies each time ends as a dead letter', async () => {
      const { id } = await deliver({ requires_response: true });
      for (let n = 0; n < 3; n++) {
        await suite.store.claim({ agent: 'gpt', id });
        suite.tick(60_000);
      }
      expect((await only(id)).section).toBe('dead');
      expect((await suite.store.sweep()).leases).toEqual([{ inbox: 'gpt', id }]);
      expect((await only(id)).section).toBe('dead');
      expect((await suite.store.list({ inboxes: ['claude'] })).map(({ message }) => message.references)).toEqual([[id]]);
    });
  });
}
