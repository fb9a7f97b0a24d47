import { describe, expect, test } from 'vitest';
import type { Suite } from './suite.ts';

export function deadCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;
  const reject = (id: string, agent = 'gpt') => suite.store.fail({ agent, id, error: 'makes no sense', reject: true });
  const bounces = async (inbox = 'claude') => (await suite.store.list({ inboxes: [inbox] })).map(({ message }) => message);
  const deadIds = async () => (await suite.store.list({ sections: ['dead'] })).map(({ inbox, message }) => `${inbox}/${message.id}`);

  describe('reject', () => {
    test('a rejected message is dead at once, with its error, and without a back-off', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      const copy = await reject(id);
      expect(copy).toMatchObject({ section: 'dead', message: { delivery: { dead_reason: 'rejected', last_error: 'makes no sense' } } });
      const { message, section } = await only(id);
      expect(section).toBe('dead');
      expect(message.not_before).toBeUndefined();
      expect(message.delivery).toEqual({
        attempts: 1,
        last_error: 'makes no sense',
        dead_reason: 'rejected',
        dead_at: '2026-01-17T12:00:00.000Z',
      });
    });

    test('a late holder cannot reject', async () => {
      const { id } = await deliver();
      await suite.store.claim({ agent: 'gpt', id });
      suite.tick(60_000);
      expect(await refusal(reject(id))).toBe('LEASE_LOST');
      expect((await only(id)).section).toBe('active');
    });
  });

  describe('bounces', () => {
    test('the sender of a message that asked for an answer is told once, and how to put it back', async () => {
      const { id } = await deliver({ requires_response: true, channel: 'general' });
      await reject(id);
      await suite.store.sweep();
      const [bounce, ...more] = await bounces();
      expect(more).toEqual([]);
      expect(bounce).toMatchObject({ type: 'INFO', sender: 'gpt', references: [id], requires_response: false, channel: 'general' });
      expect(bounce?.content.details).toBe(
        `Message ${id} to gpt went to the dead letters (rejected): makes no sense\n\nTo put it back: comms dead redrive ${id} --inbox gpt`,
      );
      expect(bounce?.content.context).toEqual({ message_id: id, reason: 'rejected', attempts: 1 });
    });

    test('one for each copy that dies, and none where no answer was wanted', async () => {
      const { id } = await deliver({ requires_response: true }, ['gpt', 'gemini']);
      await reject(id);
      await reject(id, 'gemini');
      await reject((await deliver()).id);
      expect((await bounces()).map(({ sender }) => sender)).toEqual(['gpt', 'gemini']);
    });

    test('a bounce never bounces, even where somebody made it ask for an answer', async () => {
      const { id } = await deliver({ requires_response: true, metadata: { bounce: true } });
      await reject(id);
      expect(await bounces()).toEqual([]);
    });

    test('a sender that is gone gets none, and no inbox comes to be', async () => {
      await suite.store.addInbox('codex');
      const { id } = await deliver({ requires_response: true, sender: 'codex' });
      await suite.store.removeInbox('codex');
      await reject(id);
      expect(await bounces('codex')).toEqual([]);
      expect(await refusal(deliver({}, ['codex']))).toBe('UNKNOWN_AGENT');
    });

    test('an id that is no plain word stands in no command', async () => {
      const message = { ...(await deliver({ requires_response: true })), id: 'x; rm -rf .' };
      await suite.store.restore({ copies: [{ inbox: 'gpt', section: 'active', message: { ...message, uid: 'nasty' } }], lastNumber: 0 });
      await reject('x; rm -rf .');
      expect((await bounces())[0]?.content.details).not.toContain('comms dead');
    });
  });

  describe('redrive', () => {
    test('puts it back, with no attempt counted and its error to be read; it can be claimed at once', async () => {
      const { id } = await deliver();
      for (let n = 0; n < 3; n++) {
        await suite.store.claim({ agent: 'gpt', id });
        await suite.store.fail({ agent: 'gpt', id, error: 'boom' });
      }
      expect(await deadIds()).toEqual([`gpt/${id}`]);
      expect(await suite.other.redrive({ id })).toMatchObject([{ inbox: 'gpt', section: 'active', message: { id, status: 'PENDING' } }]);
      const { section, message } = await only(id);
      expect({ section, delivery: message.delivery }).toEqual({ section: 'active', delivery: { last_error: 'boom' } });
      expect(await deadIds()).toEqual([]);
      expect((await suite.store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(1);
      await suite.store.complete({ agent: 'gpt', id });
      expect((await suite.store.status()).agents.gpt).toMatchObject({ messages_processed: 1 });
    });

    test('a time to live that is over is taken off; one that is not stays', async () => {
      const over = await deliver({ expires_at: '2026-01-17T12:00:10.000Z' });
      const later = await deliver({ expires_at: '2026-01-17T13:00:00.000Z' });
      await reject(later.id);
      suite.tick(10_000);
      await suite.store.sweep();
      await suite.store.redrive({ id: over.id });
      await suite.store.redrive({ id: later.id });
      expect((await only(over.id)).message.expires_at).toBeUndefined();
      expect((await only(later.id)).message.expires_at).toBe('2026-01-17T13:00:00.000Z');
      expect((await suite.store.sweep()).expired).toEqual([]);
    });

    test('what is shown as dead can be put back before any sweep', async () => {
      const { id } = await deliver({ expires_at: '2026-01-17T12:00:10.000Z' });
      suite.tick(10_000);
      expect((await only(id)).section).toBe('dead');
      await suite.store.redrive({ id });
      expect((await only(id)).section).toBe('active');
    });

    test('all dead copies, or the one of an inbox', async () => {
      const { id } = await deliver({}, ['gpt', 'gemini', 'claude']);
      for (const agent of ['gpt', 'gemini']) await reject(id, agent);
      expect((await suite.store.redrive({ id, inbox: 'gemini' })).map(({ inbox }) => inbox)).toEqual(['gemini']);
      expect(await deadIds()).toEqual([`gpt/${id}`]);
      await reject(id, 'gemini');
      expect((await suite.store.redrive({ id })).map(({ inbox }) => inbox).sort()).toEqual(['gemini', 'gpt']);
      expect(await deadIds()).toEqual([]);
    });

    test('what is not dead is refused', async () => {
      const { id } = await deliver();
      expect(await refusal(suite.store.redrive({ id }))).toBe('WRONG_STATUS');
      await suite.store.complete({ agent: 'gpt', id });
      await suite.store.archive({});
      expect(await refusal(suite.store.redrive({ id }))).toBe('WRONG_STATUS');
      expect(await refusal(suite.store.redrive({ id, inbox: 'gemini' }))).toBe('MESSAGE_NOT_FOUND');
      expect(await refusal(suite.store.redrive({ id: 'msg-404' }))).toBe('MESSAGE_NOT_FOUND');
      await reject((await deliver()).id);
      await suite.store.redrive({ id: 'msg-002' });
      expect(await refusal(suite.store.redrive({ id: 'msg-002' }))).toBe('WRONG_STATUS');
    });

    test('redriving tells the sender nothing; dying again does', async () => {
      const { id } = await deliver({ requires_response: true });
      await reject(id);
      await suite.store.redrive({ id });
      expect(await bounces()).toHaveLength(1);
      await reject(id);
      expect(await bounces()).toHaveLength(2);
    });

    test('nothing goes back to an inbox that is gone, nor to a part of them', async () => {
      await suite.store.addInbox('codex');
      const { id } = await deliver({}, ['codex', 'gpt']);
      for (const agent of ['codex', 'gpt']) await reject(id, agent);
      await suite.store.removeInbox('codex');
      expect(await refusal(suite.store.redrive({ id }))).toBe('UNKNOWN_AGENT');
      expect((await deadIds()).sort()).toEqual([`codex/${id}`, `gpt/${id}`]);
      await suite.store.redrive({ id, inbox: 'gpt' });
      expect(await deadIds()).toEqual([`codex/${id}`]);
      expect((await suite.store.purge({ section: 'dead' })).purged).toEqual([{ inbox: 'codex', id }]);
    });
  });

  describe('purge', () => {
    const finish = async () => {
      const { id } = await deliver();
      await suite.store.complete({ agent: 'gpt', id });
      return id;
    };

    test('takes dead letters for good: by id, by inbox, by a filter', async () => {
      for (let n = 0; n < 4; n++) await reject((await deliver({ subject: `s${n}` })).id);
      const { id } = await deliver({}, ['gpt', 'gemini']);
      for (const agent of ['gpt', 'gemini']) await reject(id, agent);
      expect(await suite.store.purge({ section: 'dead', id: 'msg-001' })).toEqual({ purged: [{ inbox: 'gpt', id: 'msg-001' }], left: 0 });
      expect((await suite.store.purge({ section: 'dead', inbox: 'gemini' })).purged).toEqual([{ inbox: 'gemini', id }]);
      await suite.other.purge({ section: 'dead', filter: ({ subject }) => subject === 's2' });
      expect(await deadIds()).toEqual(['gpt/msg-002', 'gpt/msg-004', 'gpt/msg-005']);
      expect((await suite.store.purge({ section: 'dead', id: 'msg-404' })).purged).toEqual([]);
      expect(await suite.store.find('msg-001')).toEqual([]);
      expect((await suite.store.status()).agents.gpt?.error_count).toBe(3);
    });

    test('goes by the time that it has lain there', async () => {
      await deliver();
      suite.tick(60_000);
      await reject('msg-001');
      suite.tick(999);
      expect((await suite.store.purge({ section: 'dead', olderThanMs: 1000 })).purged).toEqual([]);
      suite.tick(1);
      expect((await suite.store.purge({ section: 'dead', olderThanMs: 1000 })).purged).toEqual([{ inbox: 'gpt', id: 'msg-001' }]);
    });

    test('takes out of the archive, rotated or not, and of nothing that is active', async () => {
      await finish();
      await suite.store.archive({ rotate: true });
      suite.tick(1000);
      await finish();
      await suite.store.archive({});
      await finish();
      expect((await suite.store.purge({ section: 'archived', olderThanMs: 1000 })).purged.map(({ id }) => id)).toEqual(['msg-001']);
      expect((await suite.store.purge({ section: 'archived' })).purged.map(({ id }) => id)).toEqual(['msg-002']);
      expect((await suite.store.list({ sections: ['active', 'archived'] })).map(({ message }) => message.id)).toEqual(['msg-003']);
      expect((await suite.store.status()).agents.gpt?.messages_processed).toBe(1);
    });

    test('a dry run says the same and takes nothing', async () => {
      await reject((await deliver()).id);
      await deliver({ expires_at: '2026-01-17T12:00:10.000Z' });
      suite.tick(10_000);
      const would = await suite.store.purge({ section: 'dead', dryRun: true });
      expect(would.purged.map(({ id }) => id)).toEqual(['msg-001', 'msg-002']);
      expect(await deadIds()).toHaveLength(2);
      expect(await suite.store.purge({ section: 'dead' })).toEqual(would);
      expect(await deadIds()).toEqual([]);
    });

    test('at most so many, and says how many are left', async () => {
      for (let n = 0; n < 5; n++) await reject((await deliver()).id);
      expect(await suite.store.purge({ section: 'dead', limit: 2 })).toMatchObject({
        purged: [{ id: 'msg-001' }, { id: 'msg-002' }],
        left: 3,
      });
      expect(await deadIds()).toHaveLength(3);
    });

    test('what was purged is missed by nobody, and its id is not given again', async () => {
      await reject((await deliver()).id);
      await finish();
      await suite.store.archive({});
      await suite.store.purge({ section: 'dead' });
      await suite.store.purge({ section: 'archived' });
      expect((await suite.store.check()).problems.filter(({ code }) => code !== 'MISSING_INBOX')).toEqual([]);
      await suite.other.check({ fix: true });
      expect(await suite.other.list({ sections: ['active', 'archived', 'dead'] })).toEqual([]);
      expect((await deliver()).id).toBe('msg-003');
    });
  });
}
