import { describe, expect, test } from 'vitest';
import type { Copy, Section } from '../../../src/store/store.ts';
import { draftOf, type Suite } from './suite.ts';

const SECTIONS: Section[] = ['active', 'archived', 'dead'];

export function restoreCases(suite: Suite): void {
  const { deliver, refusal } = suite;
  const everything = async () => {
    const copies = await suite.store.list({ sections: SECTIONS });
    const order = ({ inbox, message }: Copy) => `${inbox} ${message.id}`;
    return copies.map(({ file: _, ...copy }) => copy).sort((a, b) => (order(a) < order(b) ? -1 : 1));
  };
  const someOfEach = async () => {
    await deliver({ subject: 'waits', own_field: { deep: [1, null] } }, ['gpt', 'gemini']);
    const held = await deliver({ subject: 'held', idempotency_key: 'k' });
    await suite.store.claim({ agent: 'gpt', id: held.id });
    const dead = await deliver({ subject: 'dead' });
    await suite.store.fail({ agent: 'gpt', id: dead.id, error: 'no', reject: true });
    const done = await deliver({ subject: 'done' });
    await suite.store.complete({ agent: 'gpt', id: done.id, result: 'ok' });
    await suite.store.archive({});
    return everything();
  };
  const empty = async () => {
    await suite.store.purge({ section: 'dead' });
    await suite.store.purge({ section: 'archived' });
  };

  describe('restore', () => {
    test('what is there already is left alone, however often it is repeated', async () => {
      const copies = await someOfEach();
      await suite.store.extend({ agent: 'gpt', id: 'msg-002', leaseMs: 120_000 });
      const now = await everything();
      expect(await suite.store.restore({ copies, lastNumber: 4 })).toEqual({ restored: 0, skipped: 5 });
      expect(await everything()).toEqual(now);
    });

    test('what is missing is put in verbatim: ids, states and sections', async () => {
      const copies = await someOfEach();
      await empty();
      expect(await suite.other.restore({ copies, lastNumber: 4 })).toEqual({ restored: 2, skipped: 3 });
      expect(await everything()).toEqual(copies);
      expect(await suite.store.restore({ copies, lastNumber: 4 })).toEqual({ restored: 0, skipped: 5 });
      expect((await suite.store.check()).problems.filter(({ code }) => code !== 'MISSING_INBOX')).toEqual([]);
    });

    test('the next id is higher than any that was given', async () => {
      const copies = await someOfEach();
      await suite.store.restore({ copies: [], lastNumber: 41 });
      expect((await deliver()).id).toBe('msg-042');
      await suite.store.restore({ copies: copies.slice(0, 1), lastNumber: 7 });
      expect((await deliver()).id).toBe('msg-043');
    });

    test("numbers that are reserved are nobody else's", async () => {
      await deliver();
      const [one, other] = await Promise.all([
        suite.store.restore({ copies: [], lastNumber: 0, reserve: 3 }),
        suite.other.restore({ copies: [], lastNumber: 0, reserve: 3 }),
      ]);
      expect([one.reserved, other.reserved].sort()).toEqual([2, 5]);
      expect((await deliver()).id).toBe('msg-008');
    });

    test('an id that came in without its number being said is not given again', async () => {
      const { message } = (await someOfEach())[0] as Copy;
      const copy = (id: string, section: Section): Copy => ({
        inbox: 'gpt',
        section,
        message: { ...message, id, uid: id, recipient: 'gpt' },
      });
      await suite.store.restore({ copies: [copy('msg-050', 'active')], lastNumber: 0 });
      expect((await deliver()).id).toBe('msg-051');
      await suite.store.restore({ copies: [copy('msg-060', 'dead'), copy('msg-055', 'archived')], lastNumber: 0 });
      expect((await deliver()).id).toBe('msg-061');
      await suite.other.restore({ copies: [copy('msg-070', 'dead')], lastNumber: 0 });
      await suite.other.purge({ section: 'dead' });
      expect((await deliver()).id).toBe('msg-071');
      await suite.store.fail({ agent: 'gpt', id: 'msg-071', error: 'no', reject: true });
      await suite.store.purge({ section: 'dead' });
      expect((await suite.other.deliver({ draft: draftOf(suite.options), recipients: ['gpt'] })).message.id).toBe('msg-072');
    });

    test('a lease, a key and a dead letter mean what they meant', async () => {
      const message = await deliver({ idempotency_key: 'k' });
      const { message: held } = await suite.store.claim({ agent: 'gpt', id: message.id });
      const copy = (change: object, section: Section = 'active'): Copy => ({
        inbox: 'gemini',
        section,
        message: { ...held, recipient: 'gemini', ...change },
      });
      const lease = { ...held.delivery, claimed_by: 'gemini' };
      await suite.store.restore({
        copies: [
          copy({ id: 'msg-010', uid: 'a', delivery: lease, idempotency_key: 'k10' }),
          copy({ id: 'msg-011', uid: 'b', status: 'PENDING', delivery: { dead_reason: 'failed' } }, 'dead'),
        ],
        lastNumber: 11,
      });
      expect(await refusal(suite.store.claim({ agent: 'gpt', id: 'msg-010' }))).toBe('MESSAGE_NOT_FOUND');
      await suite.store.complete({ agent: 'gemini', id: 'msg-010', token: String(lease.lease_token) });
      await suite.store.redrive({ id: 'msg-011' });
      expect((await suite.store.claim({ agent: 'gemini' })).message.id).toBe('msg-011');
      expect((await deliver({ idempotency_key: 'k10' })).id).toBe('msg-010');
    });
  });

  describe('sweep', () => {
    test('at most so many of an inbox, and says how many are left; the others get their turn', async () => {
      for (let n = 0; n < 5; n++) await deliver({ expires_at: '2026-01-17T12:00:10.000Z' }, ['gpt', 'gemini']);
      suite.tick(10_000);
      const first = await suite.store.sweep({ limit: 3 });
      expect(first.expired).toHaveLength(6);
      expect(first.left).toBe(4);
      expect(await suite.other.sweep({ limit: 3 })).toMatchObject({ expired: expect.objectContaining({ length: 4 }), left: 0 });
      expect(await suite.store.sweep({ limit: 3 })).toEqual({ leases: [], expired: [], left: 0 });
    });

    test('a dry run says the same and changes nothing', async () => {
      await deliver({ expires_at: '2026-01-17T12:00:10.000Z', requires_response: true });
      await deliver();
      await suite.store.claim({ agent: 'gpt', id: 'msg-002' });
      suite.tick(60_000);
      const would = await suite.store.sweep({ dryRun: true });
      expect(would).toEqual({ leases: [{ inbox: 'gpt', id: 'msg-002' }], expired: [{ inbox: 'gpt', id: 'msg-001' }], left: 0 });
      expect(await suite.store.list({ inboxes: ['claude'] })).toEqual([]);
      expect(await suite.store.sweep()).toEqual(would);
      expect(await suite.store.list({ inboxes: ['claude'] })).toHaveLength(1);
    });

    test('so do archive and its dry run', async () => {
      for (let n = 0; n < 4; n++) await suite.store.complete({ agent: 'gpt', id: (await deliver()).id });
      const would = await suite.store.archive({ keep: 1, limit: 2, dryRun: true });
      expect(would).toEqual({ archived: ['msg-001', 'msg-002'].map((id) => ({ inbox: 'gpt', id })), rotated: 0, left: 1 });
      expect(await suite.store.list({ sections: ['archived'] })).toEqual([]);
      expect(await suite.store.archive({ keep: 1, limit: 2 })).toEqual(would);
      expect((await suite.store.archive({ keep: 1, limit: 2 })).archived).toEqual([{ inbox: 'gpt', id: 'msg-003' }]);
    });
  });
}
