import { describe, expect, test } from 'vitest';
import type { Suite } from './suite.ts';

export function holderCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;

  describe('what a holder does', () => {
    test('the recipient may finish without claiming', async () => {
      const { id } = await deliver();
      expect((await suite.store.complete({ agent: 'gpt', id })).message.status).toBe('COMPLETED');
      expect(await refusal(suite.store.complete({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
    });

    test('release gives the message and the attempt back', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      const { message } = await suite.store.release({ agent: 'gpt', id });
      expect(message.status).toBe('PENDING');
      expect(message.delivery).toBeUndefined();
      expect(await refusal(suite.store.release({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
    });

    test('release may put it off, which "the next one" respects and claim by id does not', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt' });
      const { message } = await suite.store.release({ agent: 'gpt', id, delayMs: 1000 });
      expect(message).toMatchObject({ status: 'PENDING', not_before: '2026-01-17T12:00:01.000Z' });
      expect(message.delivery).toBeUndefined();
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      await suite.store.claim({ agent: 'gpt', id });
      await suite.store.release({ agent: 'gpt', id, delayMs: 1000 });
      suite.tick(1000);
      expect((await suite.store.claim({ agent: 'gpt' })).message).toMatchObject({ id, delivery: { attempts: 1 } });
    });

    test('fail keeps the error and backs off, which "the next one" respects and claim by id does not', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      const { message } = await suite.store.fail({ agent: 'gpt', id, error: 'no network' });
      expect(message).toMatchObject({
        status: 'PENDING',
        not_before: '2026-01-17T12:00:01.000Z',
        delivery: { attempts: 1, last_error: 'no network' },
      });
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      expect((await suite.store.claim({ agent: 'gpt', id })).message.not_before).toBeUndefined();
      await suite.store.fail({ agent: 'gpt', id, error: 'no network' });
      suite.tick(2000);
      expect((await suite.store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(3);
    });

    test('the last failure buries it, and the sender who wanted an answer is told', async () => {
      const { id } = await deliver({ requires_response: true, correlation_id: 'c1' });
      for (let n = 0; n < 3; n++) {
        await suite.store.claim({ agent: 'gpt', id });
        await suite.store.fail({ agent: 'gpt', id, error: `boom ${n}` });
      }
      const dead = await only(id);
      expect(dead.section).toBe('dead');
      expect(dead.message.delivery).toMatchObject({ attempts: 3, last_error: 'boom 2', dead_reason: 'failed' });
      expect(await suite.store.list({ inboxes: ['gpt'] })).toEqual([]);
      const [bounce] = await suite.store.list({ inboxes: ['claude'] });
      expect(bounce?.message).toMatchObject({
        type: 'INFO',
        sender: 'gpt',
        recipient: 'claude',
        references: [id],
        correlation_id: 'c1',
        metadata: { bounce: true },
      });
      expect((await suite.store.status()).agents.gpt?.error_count).toBe(1);
    });

    test('what nobody took in time is dead', async () => {
      const { id } = await deliver({ expires_at: '2026-01-17T12:00:10.000Z' });
      suite.tick(10_000);
      expect((await only(id)).section).toBe('dead');
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      expect((await suite.store.sweep()).expired).toEqual([{ inbox: 'gpt', id }]);
      expect((await only(id)).message.delivery?.dead_reason).toBe('expired');
    });

    test('nobody finishes what is dead for every reader, before a sweep or after it', async () => {
      const { id } = await deliver({ expires_at: '2026-01-17T12:00:10.000Z' });
      suite.tick(10_000);
      for (const _ of ['before', 'after']) {
        expect(await refusal(suite.store.claim({ agent: 'gpt', id }))).toBe('MESSAGE_NOT_FOUND');
        expect(await refusal(suite.store.complete({ agent: 'gpt', id }))).toBe('MESSAGE_NOT_FOUND');
        expect(await refusal(suite.store.fail({ agent: 'gpt', id, error: 'late' }))).toBe('MESSAGE_NOT_FOUND');
        expect(await refusal(suite.store.block({ agent: 'gpt', id, reason: 'late' }))).toBe('MESSAGE_NOT_FOUND');
        expect((await only(id)).section).toBe('dead');
        await suite.store.sweep();
      }
    });

    test('block sets it aside and unblock brings it back', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      expect((await suite.store.block({ agent: 'gpt', id, reason: 'waits for msg-002' })).message).toMatchObject({
        status: 'BLOCKED',
        delivery: { blocked_reason: 'waits for msg-002' },
      });
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      expect((await suite.store.status()).blocked_items).toEqual([id]);
      expect(await refusal(suite.store.complete({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
      await suite.store.unblock({ agent: 'gpt', id });
      expect((await suite.store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(1);
    });
  });
}
