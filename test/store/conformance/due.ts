import { describe, expect, test } from 'vitest';
import { draftOf, type Suite } from './suite.ts';

/** What is due counts for whoever acts as for whoever reads, whether or not a sweep has put it down yet. */
export function dueCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;
  const SOON = { expires_at: '2026-01-17T12:00:10.000Z' };
  const timesBeforeAndAfterASweep = [
    ['before a sweep', false],
    ['after it', true],
  ] as const;

  describe.each(timesBeforeAndAfterASweep)('what is due, %s', (_, isSwept) => {
    /** A message of the group's that gemini claimed so often, with no lease any more. */
    const abandoned = async (times: number, change = {}) => {
      const { id } = await deliver(change, ['reviewers']);
      for (let n = 0; n < times; n++) {
        await suite.store.claim({ agent: 'gemini', id });
        suite.tick(60_000);
      }
      if (isSwept) await suite.store.sweep();
      return id;
    };

    test('another member neither extends nor releases a lease that ran out, and counts its own attempt', async () => {
      const id = await abandoned(1);
      const gpt = { agent: 'gpt', id };
      expect(await refusal(suite.store.extend(gpt))).toBe('WRONG_STATUS');
      expect(await refusal(suite.store.release(gpt))).toBe('WRONG_STATUS');
      expect((await only(id, 'reviewers')).message.status).toBe('PENDING');
      const { message } = await suite.store.fail({ ...gpt, error: 'no' });
      expect(message.delivery?.attempts).toBe(2);
    });

    test('blocking what nobody holds gives no attempt back', async () => {
      const id = await abandoned(2);
      expect((await suite.store.block({ agent: 'gpt', id, reason: 'waits' })).message.delivery?.attempts).toBe(2);
    });

    test('nobody finishes what its last lease made a dead letter', async () => {
      const id = await abandoned(3);
      for (const agent of ['gpt', 'gemini']) {
        expect(await refusal(suite.store.complete({ agent, id }))).toBe('MESSAGE_NOT_FOUND');
        expect(await refusal(suite.store.fail({ agent, id, error: 'no' }))).toBe('MESSAGE_NOT_FOUND');
      }
      expect(await only(id, 'reviewers')).toMatchObject({ section: 'dead', message: { delivery: { dead_reason: 'failed' } } });
    });

    test('what is over when its lease runs out has expired', async () => {
      const id = await abandoned(1, SOON);
      expect(await only(id, 'reviewers')).toMatchObject({ section: 'dead', message: { delivery: { dead_reason: 'expired' } } });
      expect((await suite.store.sweep()).expired).toEqual(isSwept ? [] : [{ inbox: 'reviewers', id }]);
    });

    test('an inbox in which everything has expired can be taken away', async () => {
      await suite.store.addInbox('codex');
      await deliver({ ...SOON, requires_response: true }, ['codex']);
      suite.tick(10_000);
      if (isSwept) await suite.store.sweep();
      await suite.store.removeInbox('codex');
      expect((await only('msg-001', 'codex')).section).toBe('dead');
      expect((await suite.store.list({ inboxes: ['claude'] })).map(({ message }) => message.references)).toEqual([['msg-001']]);
    });

    test('a repeated key does not say that somebody may still decide over a held message that expired', async () => {
      const hold = { ...SOON, idempotency_key: 'k' };
      const send = (to: string) => suite.store.deliver({ draft: draftOf(suite.options, hold), recipients: [to], hold: 'Why.' });
      await send('gemini');
      suite.tick(10_000);
      if (isSwept) await suite.store.sweep();
      expect((await send('gpt')).deliveries).toEqual([{ recipient: 'gemini', outcome: 'duplicate' }]);
    });

    test('purging the dead takes what expired while it was held for an agent that is gone', async () => {
      await suite.store.addInbox('codex');
      await suite.store.deliver({ draft: draftOf(suite.options, SOON), recipients: ['codex'], hold: 'Why.' });
      await suite.store.removeInbox('codex');
      suite.tick(10_000);
      if (isSwept) await suite.store.sweep();
      const would = await suite.store.purge({ section: 'dead', dryRun: true });
      expect(would).toEqual({ purged: [{ inbox: 'codex', id: 'msg-001' }], left: 0 });
      expect(await suite.store.purge({ section: 'dead' })).toEqual(would);
      expect(await suite.store.find('msg-001')).toEqual([]);
    });
  });

  test('"the next one" is none that has expired, however many have', async () => {
    for (let n = 0; n < 120; n++) await deliver(SOON);
    suite.tick(10_000);
    expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
  });
}
