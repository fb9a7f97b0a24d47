import { describe, expect, test } from 'vitest';
import type { HolderRequest } from '../../../src/store/store.ts';
import { draftOf, type Suite } from './suite.ts';

export function completesCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;
  const answer = (completes: HolderRequest, change = {}) =>
    suite.store.deliver({ draft: draftOf(suite.options, { sender: 'gpt', ...change }), recipients: ['claude'], completes });

  describe('an answer that completes', () => {
    test('is delivered and finishes the original, in one step', async () => {
      const { id } = await deliver({ type: 'QUERY' });
      const token = (await suite.store.claim({ agent: 'gpt' })).message.delivery?.lease_token;
      const { message } = await answer({ agent: 'gpt', id, token: String(token) });
      expect((await only(message.id, 'claude')).message.status).toBe('PENDING');
      expect((await only(id)).message).toMatchObject({ status: 'COMPLETED', delivery: { result: `Answered by ${message.id}` } });
    });

    test('finishes what nobody claimed, too', async () => {
      const { id } = await deliver();
      await answer({ agent: 'gpt', id });
      expect((await only(id)).message.status).toBe('COMPLETED');
    });

    test('is refused as a whole where the lease is lost, and gives no id away', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      suite.tick(60_000);
      expect(await refusal(answer({ agent: 'gpt', id }))).toBe('LEASE_LOST');
      expect(await refusal(answer({ agent: 'gpt', id, token: 'stale' }))).toBe('LEASE_LOST');
      expect(await refusal(answer({ agent: 'gpt', id: 'msg-404' }))).toBe('MESSAGE_NOT_FOUND');
      expect(await suite.store.list({ inboxes: ['claude'] })).toEqual([]);
      expect((await only(id)).message.status).toBe('PENDING');
      expect((await deliver()).id).toBe('msg-002');
    });

    test('is refused where the message is finished or belongs to another', async () => {
      const { id } = await deliver();
      expect(await refusal(answer({ agent: 'gemini', id }))).toBe('MESSAGE_NOT_FOUND');
      await suite.store.complete({ agent: 'gpt', id });
      expect(await refusal(answer({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
      expect(await suite.store.list({ inboxes: ['claude'] })).toEqual([]);
    });

    test('a repeated one is a duplicate, although the original is finished by now', async () => {
      const { id } = await deliver();
      const first = await answer({ agent: 'gpt', id }, { idempotency_key: 'k' });
      const again = await answer({ agent: 'gpt', id }, { idempotency_key: 'k' });
      expect(again.message.id).toBe(first.message.id);
      expect(again.deliveries).toEqual([{ recipient: 'claude', outcome: 'duplicate' }]);
      expect(await suite.store.list({ inboxes: ['claude'] })).toHaveLength(1);
      expect((await only(id)).message.delivery?.result).toBe(`Answered by ${first.message.id}`);
    });

    test('of two that answer at once one comes through', async () => {
      const { id } = await deliver();
      const codes = await Promise.all([0, 1].map(() => refusal(answer({ agent: 'gpt', id }))));
      expect(codes.sort()).toEqual(['WRONG_STATUS', 'nothing was refused']);
      expect(await suite.store.list({ inboxes: ['claude'] })).toHaveLength(1);
    });

    test('takes no token where it is refused', async () => {
      const { id } = await deliver();
      const limits = [{ key: 'sender:gpt', name: 'gpt', capacity: 1, refillPerMs: 0.001 }];
      const send = (completes: HolderRequest) =>
        suite.store.deliver({ draft: draftOf(suite.options, { sender: 'gpt' }), recipients: ['claude'], completes, limits });
      expect(await refusal(send({ agent: 'gpt', id: 'msg-404' }))).toBe('MESSAGE_NOT_FOUND');
      await send({ agent: 'gpt', id });
      expect(await refusal(send({ agent: 'gpt', id: (await deliver()).id }))).toBe('RATE_LIMITED');
    });
  });

  describe('groups', () => {
    test('whoever claims it has it; the others find nothing and may do nothing with it', async () => {
      const { id } = await deliver({}, ['reviewers']);
      await suite.store.claim({ agent: 'gemini' });
      expect(await refusal(suite.other.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      expect(await refusal(suite.other.claim({ agent: 'gpt', id }))).toBe('ALREADY_CLAIMED');
      expect(await refusal(suite.store.complete({ agent: 'gpt', id }))).toBe('ALREADY_CLAIMED');
      expect(await refusal(suite.store.complete({ agent: 'claude', id }))).toBe('MESSAGE_NOT_FOUND');
      await answer({ agent: 'gemini', id }, { sender: 'gemini' });
      expect((await only(id, 'reviewers')).message).toMatchObject({ status: 'COMPLETED', delivery: { claimed_by: 'gemini' } });
    });

    test('the lease of a member that is gone ends, and another takes over', async () => {
      const { id } = await deliver({}, ['reviewers']);
      await suite.store.claim({ agent: 'gemini', id });
      suite.tick(60_000);
      expect((await suite.store.claim({ agent: 'gpt' })).message.delivery).toMatchObject({ attempts: 2, claimed_by: 'gpt' });
      expect(await refusal(suite.store.complete({ agent: 'gemini', id }))).toBe('ALREADY_CLAIMED');
    });

    test('the members compete with each other for every message, and each is taken once', async () => {
      for (let n = 0; n < 12; n++) await deliver({}, ['reviewers']);
      const claims = await Promise.all(
        Array.from({ length: 12 }, (_, n) => (n % 2 ? suite.store : suite.other).claim({ agent: n % 3 ? 'gpt' : 'gemini' })),
      );
      expect(new Set(claims.map(({ message }) => message.id)).size).toBe(12);
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
    });

    test('a dead letter of a group goes back to the group', async () => {
      const { id } = await deliver({ requires_response: true }, ['reviewers']);
      await suite.store.fail({ agent: 'gpt', id, error: 'no', reject: true });
      expect((await suite.store.list({ inboxes: ['claude'] }))[0]?.message.content.details).toContain(`redrive ${id} --inbox reviewers`);
      await suite.store.redrive({ id, inbox: 'reviewers' });
      expect((await suite.store.claim({ agent: 'gemini' })).inbox).toBe('reviewers');
    });
  });
}
