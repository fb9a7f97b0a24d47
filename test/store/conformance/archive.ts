import { describe, expect, test } from 'vitest';
import type { Suite } from './suite.ts';

export function archiveCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;

  describe('archive', () => {
    const finish = async (count: number) => {
      for (let n = 0; n < count; n++) {
        const { id } = await deliver();
        suite.tick(1000);
        await suite.store.complete({ agent: 'gpt', id });
      }
    };

    test('moves what is completed, leaves what is open, keeps the newest', async () => {
      await finish(3);
      await deliver();
      const { archived } = await suite.store.archive({ keep: 1 });
      expect(archived.map(({ id }) => id)).toEqual(['msg-001', 'msg-002']);
      expect((await suite.store.list()).map(({ message }) => message.id)).toEqual(['msg-003', 'msg-004']);
      expect((await suite.store.list({ sections: ['archived'] })).map(({ message }) => message.id)).toEqual(['msg-001', 'msg-002']);
      expect((await suite.store.status()).agents.gpt).toMatchObject({ messages_processed: 3, messages_pending: 1 });
      expect((await suite.store.status()).completed_items).toEqual(['msg-003']);
    });

    test('goes by age', async () => {
      await finish(2);
      suite.tick(5000);
      expect((await suite.store.archive({ olderThanMs: 6000 })).archived.map(({ id }) => id)).toEqual(['msg-001']);
    });

    test('an archived message can be read and not changed', async () => {
      await finish(1);
      await suite.store.archive({});
      expect((await only('msg-001')).section).toBe('archived');
      expect(await refusal(suite.store.complete({ agent: 'gpt', id: 'msg-001' }))).toBe('WRONG_STATUS');
      expect(await refusal(suite.store.fail({ agent: 'gpt', id: 'msg-001', error: 'late' }))).toBe('WRONG_STATUS');
      expect(await refusal(suite.store.fail({ agent: 'gpt', id: 'msg-001', token: 'stale', error: 'late' }))).toBe('WRONG_STATUS');
      expect(await refusal(suite.store.claim({ agent: 'gpt', id: 'msg-001' }))).toBe('WRONG_STATUS');
    });

    test('a rotated one is still found', async () => {
      await finish(2);
      await suite.store.archive({ rotate: true });
      expect((await only('msg-002')).section).toBe('archived');
      expect((await suite.store.status()).agents.gpt?.messages_processed).toBe(2);
      expect((await deliver()).id).toBe('msg-003');
    });
  });
}
