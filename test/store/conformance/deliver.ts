import { describe, expect, test } from 'vitest';
import { draftOf, type Suite } from './suite.ts';

export function deliverCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;

  describe('deliver', () => {
    test('ids count up over the whole workspace', async () => {
      const ids = [await deliver(), await deliver({ sender: 'gpt' }, ['claude']), await deliver()].map((message) => message.id);
      expect(ids).toEqual(['msg-001', 'msg-002', 'msg-003']);
    });

    test('what was sent is what is read, unknown fields included', async () => {
      const nasty = '```json\n## Archived Messages\n### Message: msg-9\n\u0000\u2028 "quotes" \\ \ud83d\ude00 é';
      const sent = await deliver({
        subject: nasty.slice(0, 20),
        content: { details: nasty, context: { __proto__x: [1.5, null] }, attachments: [], extra: nasty },
        own_field: { deep: nasty },
      });
      expect((await only(sent.id)).message).toEqual(sent);
      expect((await suite.other.find(sent.id))[0]?.message).toEqual(sent);
    });

    test('asked for since a message, a list has it and all that came after it', async () => {
      for (let n = 0; n < 4; n++) await deliver();
      await suite.store.complete({ agent: 'gpt', id: 'msg-002' });
      for (const query of [{ inboxes: ['gpt'] }, {}]) {
        const ids = (await suite.store.list({ ...query, since: 'msg-002' })).map(({ message }) => message.id);
        expect(ids).toEqual(expect.arrayContaining(['msg-002', 'msg-003', 'msg-004']));
      }
    });

    test('an unknown recipient is refused and nobody gets anything', async () => {
      expect(await refusal(deliver({}, ['gpt', 'gtp']))).toBe('UNKNOWN_AGENT');
      expect(await suite.store.list()).toEqual([]);
      expect((await deliver()).id).toBe('msg-001');
    });

    test('several recipients get a copy each, under one id', async () => {
      const delivered = await suite.store.deliver({ draft: draftOf(suite.options), recipients: ['gpt', 'gemini'] });
      expect(delivered.deliveries).toEqual([
        { recipient: 'gpt', outcome: 'delivered' },
        { recipient: 'gemini', outcome: 'delivered' },
      ]);
      const copies = await suite.store.find('msg-001');
      expect(copies.map(({ inbox, message }) => [inbox, message.recipient]).sort()).toEqual([
        ['gemini', 'gemini'],
        ['gpt', 'gpt'],
      ]);
      await suite.store.complete({ agent: 'gpt', id: 'msg-001' });
      expect((await only('msg-001', 'gemini')).message.status).toBe('PENDING');
    });

    test('a repeated idempotency key delivers once and answers with the first id', async () => {
      const first = await deliver({ idempotency_key: 'k1' });
      const again = await suite.store.deliver({
        draft: draftOf(suite.options, { idempotency_key: 'k1', subject: 'Again' }),
        recipients: ['gpt'],
      });
      expect(again.message.id).toBe(first.id);
      expect(again.deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate' }]);
      expect(await suite.store.list()).toHaveLength(1);
      expect((await deliver({ idempotency_key: 'k1', sender: 'gemini' })).id).toBe('msg-002');
    });

    test('the key is known after the message was completed and archived', async () => {
      const first = await deliver({ idempotency_key: 'k1' });
      await suite.store.complete({ agent: 'gpt', id: first.id });
      await suite.store.archive({ rotate: true });
      expect((await deliver({ idempotency_key: 'k1' })).id).toBe(first.id);
    });

    test('many sends at once: ids without gap or double, every message once', async () => {
      const sends = Array.from({ length: 40 }, (_, n) =>
        (n % 2 ? suite.store : suite.other).deliver({
          draft: draftOf(suite.options, { subject: `s${n}` }),
          recipients: [n % 3 ? 'gpt' : 'claude'],
        }),
      );
      const ids = (await Promise.all(sends)).map(({ message }) => message.id).sort();
      expect(ids).toEqual(Array.from({ length: 40 }, (_, n) => `msg-${String(n + 1).padStart(3, '0')}`));
      expect((await suite.store.list()).map(({ message }) => message.subject).sort()).toEqual(
        Array.from({ length: 40 }, (_, n) => `s${n}`).sort(),
      );
    });
  });
}
