import { describe, expect, test } from 'vitest';
import type { DeliverRequest, Draft, StoreEvent } from '../../../src/store/store.ts';
import { draftOf, type Suite } from './suite.ts';

export function heldCases(suite: Suite): void {
  const { deliver, only, refusal } = suite;
  const WHY = 'Task t1 belongs to gemini.';
  const hold = async (change: Partial<Draft> = {}, recipients = ['gpt'], more: Partial<DeliverRequest> = {}) =>
    suite.store.deliver({ draft: draftOf(suite.options, change), recipients, hold: WHY, ...more });
  const inboxOf = async (inbox: string) => (await suite.store.list({ inboxes: [inbox] })).map(({ message }) => message);
  const heldIn = async () => (await suite.store.list({ sections: ['held'] })).map(({ inbox, message }) => `${inbox}/${message.id}`).sort();

  describe('held messages', () => {
    test('wait outside of the inbox, with the reason, and every outcome says so', async () => {
      const { message, deliveries } = await hold({}, ['gpt', 'gemini']);
      expect(deliveries).toEqual(['gpt', 'gemini'].map((recipient) => ({ recipient, outcome: 'held', reason: WHY })));
      expect(message.delivery).toEqual({ held_reason: WHY, held_at: '2026-01-17T12:00:00.000Z' });
      expect(await heldIn()).toEqual(['gemini/msg-001', 'gpt/msg-001']);
      expect(await inboxOf('gpt')).toEqual([]);
      expect(await suite.other.list({ inboxes: ['gpt'], sections: ['active', 'archived', 'dead'] })).toEqual([]);
      expect((await only('msg-001')).section).toBe('held');
      expect((await deliver()).id).toBe('msg-002');
    });

    test('count nowhere, and nobody can do anything with them', async () => {
      const { message } = await hold({ requires_response: true });
      const { id } = message;
      const { agents, pending_items } = await suite.store.status();
      expect(agents.gpt).toMatchObject({ messages_pending: 0, messages_processed: 0, error_count: 0 });
      expect(pending_items).toEqual([]);
      expect(await refusal(suite.store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      for (const deed of [
        suite.store.claim({ agent: 'gpt', id }),
        suite.store.complete({ agent: 'gpt', id }),
        suite.store.fail({ agent: 'gpt', id, error: 'No.', reject: true }),
        suite.store.block({ agent: 'gpt', id, reason: 'No.' }),
      ])
        await expect(deed).rejects.toMatchObject({ code: 'MESSAGE_NOT_FOUND', hint: expect.stringContaining('held') });
      expect(await refusal(suite.store.redrive({ id }))).toBe('WRONG_STATUS');
      await suite.store.archive({});
      await suite.store.purge({ section: 'dead' });
      expect(await heldIn()).toEqual(['gpt/msg-001']);
    });

    test('a repeated key answers with the held message, also within one write, and as a duplicate once it is let go', async () => {
      const again = () => hold({ idempotency_key: 'k' }, ['gpt', 'gemini']);
      const [first, second] = await Promise.all([again(), again()]);
      expect([first.message.id, second.message.id]).toEqual(['msg-001', 'msg-001']);
      expect(second.deliveries).toEqual(expect.arrayContaining([{ recipient: 'gpt', outcome: 'held', reason: WHY }]));
      expect(await heldIn()).toHaveLength(2);
      await suite.store.releaseHeld({ id: 'msg-001' });
      expect((await again()).deliveries.map(({ outcome }) => outcome)).toEqual(['duplicate', 'duplicate']);
      expect((await suite.store.find('msg-001')).map(({ section }) => section)).toEqual(['active', 'active']);
    });

    test('an answer that is held completes what it answers, and takes its token', async () => {
      const question = await deliver({ type: 'QUERY', requires_response: true });
      const limits = [{ key: 'gpt', name: 'gpt', capacity: 1, refillPerMs: 1e-9 }];
      const answer = { sender: 'gpt', references: [question.id] };
      const { message } = await hold(answer, ['claude'], { completes: { agent: 'gpt', id: question.id }, limits });
      expect((await only(question.id)).message).toMatchObject({
        status: 'COMPLETED',
        delivery: { result: `Answered by ${message.id}` },
      });
      expect(await refusal(hold(answer, ['claude'], { limits }))).toBe('RATE_LIMITED');
    });

    test('to nobody at all where a recipient has no inbox', async () => {
      expect(await refusal(hold({}, ['gpt', 'nobody']))).toBe('UNKNOWN_AGENT');
      expect(await heldIn()).toEqual([]);
    });
  });

  describe('releaseHeld', () => {
    test('puts every copy into its inbox as it was sent, and says who and when', async () => {
      const { message } = await hold({ priority: 'high' }, ['gpt', 'gemini']);
      suite.tick(5_000);
      const copies = await suite.store.releaseHeld({ id: message.id, by: 'gemini', note: 'Go on.' });
      expect(copies.map(({ inbox, section }) => `${inbox} ${section}`).sort()).toEqual(['gemini active', 'gpt active']);
      expect(await heldIn()).toEqual([]);
      const [released] = await inboxOf('gpt');
      expect(released).toEqual({
        ...message,
        delivery: { ...message.delivery, released_by: 'gemini', released_at: '2026-01-17T12:00:05.000Z', released_note: 'Go on.' },
      });
      expect((await suite.other.claim({ agent: 'gemini' })).message.id).toBe(message.id);
      expect(await inboxOf('claude')).toEqual([]);
    });

    test('of two that decide at once one wins', async () => {
      const { message } = await hold({}, ['gpt', 'gemini']);
      const { id } = message;
      const outcomes = await Promise.all([
        refusal(suite.store.releaseHeld({ id })),
        refusal(suite.other.rejectHeld({ id, reason: 'No.' })),
        refusal(suite.other.releaseHeld({ id })),
      ]);
      expect(outcomes.sort()).toEqual(['WRONG_STATUS', 'WRONG_STATUS', 'nothing was refused']);
      expect(await heldIn()).toEqual([]);
      const sections = new Set((await suite.store.find(id)).map(({ section }) => section));
      expect(sections.size).toBe(1);
    });

    test('says what is not held, and what was decided', async () => {
      expect(await refusal(suite.store.releaseHeld({ id: 'msg-404' }))).toBe('MESSAGE_NOT_FOUND');
      const { id } = await deliver();
      expect(await refusal(suite.store.releaseHeld({ id }))).toBe('WRONG_STATUS');
      await hold();
      await suite.store.rejectHeld({ id: 'msg-002', by: 'gemini', reason: 'No.' });
      await expect(suite.store.releaseHeld({ id: 'msg-002' })).rejects.toThrow(
        'Message msg-002 is not held any more: it was rejected by gemini',
      );
      await hold();
      await suite.store.releaseHeld({ id: 'msg-004' });
      await expect(suite.store.rejectHeld({ id: 'msg-004', reason: 'No.' })).rejects.toThrow('it was released at 2026-01-17T12:00:00.000Z');
    });

    test('to all or to none: one recipient is gone', async () => {
      await suite.store.addInbox('codex');
      const { message } = await hold({}, ['gpt', 'codex']);
      await suite.store.removeInbox('codex');
      expect(await refusal(suite.store.releaseHeld({ id: message.id }))).toBe('UNKNOWN_AGENT');
      expect(await heldIn()).toEqual(['codex/msg-001', 'gpt/msg-001']);
      expect(await inboxOf('gpt')).toEqual([]);
      await suite.store.rejectHeld({ id: message.id, reason: 'codex is gone.' });
      expect((await suite.store.find(message.id)).map(({ section }) => section)).toEqual(['dead', 'dead']);
      expect(Object.keys((await suite.store.status()).agents)).not.toContain('codex');
    });

    test('is an arrival for who watches, as nothing was before', async () => {
      await hold();
      const events: StoreEvent[] = [];
      const stop = new AbortController();
      const done = suite.other.watch({ signal: stop.signal, onEvent: (event) => events.push(event) });
      const seen = (count: number) => expect.poll(() => events.length, { timeout: 10_000, interval: 5 }).toBe(count);
      await seen(1);
      await hold();
      await suite.store.releaseHeld({ id: 'msg-001' });
      await seen(2);
      await suite.store.claim({ agent: 'gpt', id: 'msg-001' });
      await seen(3);
      await suite.store.rejectHeld({ id: 'msg-002', reason: 'No.' });
      await seen(5);
      stop.abort();
      await done;
      const told = events.map((event) =>
        'message' in event ? `${event.event} ${event.inbox} ${event.message.id} ${event.section}` : event.event,
      );
      expect(told.slice(0, 3)).toEqual(['ready', 'message gpt msg-001 active', 'status gpt msg-001 active']);
      expect(told.slice(3).sort()).toEqual(['message claude msg-003 active', 'status gpt msg-002 dead']);
      expect(events.find((event) => 'section' in event && event.section === 'dead')).toMatchObject({ previousSection: 'held' });
    });
  });

  describe('rejectHeld', () => {
    test('makes dead letters, and tells a sender that wanted no answer, once for all copies', async () => {
      const { message } = await hold({ channel: 'general' }, ['gpt', 'gemini']);
      const copies = await suite.store.rejectHeld({ id: message.id, by: 'gemini', reason: 'Ask for t2.' });
      expect(copies.map(({ section }) => section)).toEqual(['dead', 'dead']);
      expect((await only(message.id)).message.delivery).toEqual({
        ...message.delivery,
        dead_reason: 'rejected',
        dead_at: '2026-01-17T12:00:00.000Z',
        last_error: 'Ask for t2.',
        rejected_by: 'gemini',
      });
      const told = await inboxOf('claude');
      expect(told).toHaveLength(1);
      expect(told[0]).toMatchObject({
        type: 'INFO',
        sender: 'gemini',
        references: [message.id],
        channel: 'general',
        metadata: { bounce: true },
        content: { context: { message_id: message.id, reason: 'rejected', held_reason: WHY } },
      });
      expect(told[0]?.content.details).toMatch(
        /^Message msg-001 to (gpt, gemini|gemini, gpt) was held and rejected by gemini: Ask for t2\.\n\nIt was held because: Task t1/,
      );
    });

    test('by a person it comes from the recipient; a bounce never bounces', async () => {
      await hold();
      await suite.store.rejectHeld({ id: 'msg-001', reason: 'No.' });
      expect((await inboxOf('claude')).map(({ sender }) => sender)).toEqual(['gpt']);
      await hold({ metadata: { bounce: true } });
      await suite.store.rejectHeld({ id: 'msg-003', reason: 'No.' });
      expect(await inboxOf('claude')).toHaveLength(1);
    });

    test('what is redriven is held again: a redrive decides nothing', async () => {
      await hold();
      await suite.store.rejectHeld({ id: 'msg-001', by: 'gemini', reason: 'No.' });
      expect((await suite.store.redrive({ id: 'msg-001' })).map(({ section }) => section)).toEqual(['held']);
      expect(await heldIn()).toEqual(['gpt/msg-001']);
      expect((await only('msg-001')).message.delivery).not.toHaveProperty('rejected_by');
      await suite.store.releaseHeld({ id: 'msg-001' });
      await suite.store.fail({ agent: 'gpt', id: 'msg-001', error: 'No.', reject: true });
      expect((await suite.store.redrive({ id: 'msg-001' })).map(({ section }) => section)).toEqual(['active']);
    });
  });

  describe('a held message whose time is over', () => {
    const SOON = { expires_at: '2026-01-17T12:00:10.000Z' };

    test('is shown as expired, and can be decided over no more', async () => {
      const { message } = await hold(SOON);
      suite.tick(10_000);
      expect(await only(message.id)).toMatchObject({ section: 'dead', message: { delivery: { dead_reason: 'expired' } } });
      expect(await heldIn()).toEqual([]);
      expect(await suite.store.list({ inboxes: ['gpt'], sections: ['dead'] })).toHaveLength(1);
      expect(await suite.store.list({ inboxes: ['gpt'], sections: ['active', 'dead'] })).toHaveLength(1);
      expect(await suite.store.list({ sections: ['dead'] })).toHaveLength(1);
      expect((await suite.store.status()).agents.gpt?.error_count).toBe(1);
      expect(await refusal(suite.store.releaseHeld({ id: message.id }))).toBe('WRONG_STATUS');
      expect(await refusal(suite.store.rejectHeld({ id: message.id, reason: 'No.' }))).toBe('WRONG_STATUS');
    });

    test('is put down by a sweep, and its sender is told once for all copies', async () => {
      const { message } = await hold(SOON, ['gpt', 'gemini']);
      await hold();
      expect((await suite.store.sweep()).expired).toEqual([]);
      suite.tick(10_000);
      expect((await suite.store.sweep({ dryRun: true })).expired).toHaveLength(2);
      expect((await suite.store.sweep()).expired).toHaveLength(2);
      expect((await suite.store.find(message.id)).map(({ section }) => section)).toEqual(['dead', 'dead']);
      const told = await inboxOf('claude');
      expect(told.map(({ references }) => references)).toEqual([[message.id]]);
      expect(told[0]?.content.details).toContain('nobody decided over it in time');
      expect(await heldIn()).toEqual(['gpt/msg-002']);
    });

    test('is put down by a write that touches its inbox, also where its inbox is gone by a sweep', async () => {
      await suite.store.addInbox('codex');
      await hold(SOON, ['gpt']);
      await hold(SOON, ['codex']);
      await suite.store.removeInbox('codex');
      suite.tick(10_000);
      await deliver({}, ['gemini']);
      expect(await inboxOf('claude')).toEqual([]);
      await deliver();
      expect((await inboxOf('claude')).map(({ references }) => references)).toEqual([['msg-001']]);
      await suite.store.sweep();
      expect((await inboxOf('claude')).map(({ references }) => references)).toEqual([['msg-001'], ['msg-002']]);
    });
  });

  test('held copies are restored as they are', async () => {
    const { message } = await hold({}, ['gpt', 'gemini']);
    const copies = await suite.store.list({ sections: ['held'] });
    expect(await suite.store.restore({ copies, lastNumber: 0 })).toMatchObject({ restored: 0, skipped: 2 });
    const later = copies.map((copy) => ({ ...copy, message: { ...copy.message, id: 'msg-009', uid: 'other' } }));
    expect(await suite.store.restore({ copies: later, lastNumber: 0 })).toMatchObject({ restored: 2, skipped: 0 });
    expect(await heldIn()).toEqual(['gemini/msg-001', 'gemini/msg-009', 'gpt/msg-001', 'gpt/msg-009']);
    await suite.store.releaseHeld({ id: message.id });
    expect(await heldIn()).toEqual(['gemini/msg-009', 'gpt/msg-009']);
  });
}
