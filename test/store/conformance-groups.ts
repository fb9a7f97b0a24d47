import { beforeEach, describe, expect, test } from 'vitest';
import type { StoreOptions } from '../../src/store/options.ts';
import type { Draft, Store } from '../../src/store/store.ts';
import { draftOf, type Fixture, testOptions } from './conformance.ts';

/** What every store means by groups and subscriptions. The group reviewers is of gpt and gemini. */
export function groupConformance(name: string, open: (options: StoreOptions) => Promise<Fixture>): void {
  describe(`${name}: groups and subscriptions`, () => {
    let options: ReturnType<typeof testOptions>;
    let fixture: Fixture;
    let store: Store;

    beforeEach(async () => {
      options = testOptions();
      fixture = await open(options);
      store = fixture.store;
      return () => fixture.dispose();
    });

    const deliver = async (change: Partial<Draft> = {}, recipients = ['reviewers']) =>
      (await store.deliver({ draft: draftOf(options, change), recipients })).message.id;
    const code = (promise: Promise<unknown>) =>
      promise.then(
        () => 'nothing was refused',
        (error: { code?: string }) => error.code,
      );

    describe('a group', () => {
      test('has one copy of a message, which the first member to claim it has', async () => {
        const id = await deliver();
        const claims = await Promise.allSettled([store.claim({ agent: 'gpt', id }), fixture.other.claim({ agent: 'gemini', id })]);
        expect(claims.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(claims.flatMap((claim) => (claim.status === 'rejected' ? claim.reason.code : []))).toEqual(['ALREADY_CLAIMED']);
        const [copy, ...others] = await store.find(id);
        expect(others).toEqual([]);
        expect(copy).toMatchObject({ inbox: 'reviewers', message: { recipient: 'reviewers', status: 'IN_PROGRESS' } });
        expect(['gpt', 'gemini']).toContain(copy?.message.delivery?.claimed_by);
      });

      test('hands each message to one member, however they compete', async () => {
        for (let n = 0; n < 12; n += 1) await deliver();
        const take = async (from: Store, agent: string): Promise<string[]> => {
          const taken: string[] = [];
          for (;;) {
            const copy = await from.claim({ agent }).catch((error: { code?: string }) => {
              expect(error.code).toBe('NOTHING_TO_CLAIM');
            });
            if (!copy) return taken;
            taken.push(copy.message.id);
          }
        };
        const taken = (await Promise.all([take(store, 'gpt'), take(fixture.other, 'gemini')])).flat();
        expect(new Set(taken).size).toBe(12);
        expect(taken).toHaveLength(12);
      });

      test('refuses what other members do with a claimed message, and outsiders at all', async () => {
        const id = await deliver();
        await store.claim({ agent: 'gpt', id });
        const others = { agent: 'gemini', id };
        expect(await code(store.complete(others))).toBe('ALREADY_CLAIMED');
        expect(await code(store.fail({ ...others, error: 'x' }))).toBe('ALREADY_CLAIMED');
        expect(await code(store.release(others))).toBe('ALREADY_CLAIMED');
        expect(await code(store.block({ ...others, reason: 'x' }))).toBe('ALREADY_CLAIMED');
        expect(await code(store.extend(others))).toBe('ALREADY_CLAIMED');
        expect(await code(store.complete({ agent: 'claude', id }))).toBe('MESSAGE_NOT_FOUND');
        expect(await code(store.claim({ agent: 'claude', id }))).toBe('MESSAGE_NOT_FOUND');
        expect((await store.complete({ agent: 'gpt', id })).message.delivery?.claimed_by).toBe('gpt');
      });

      test('lets any member finish what waits, and says who did', async () => {
        const id = await deliver();
        const { message } = await store.complete({ agent: 'gemini', id, result: 'Fine.' });
        expect(message).toMatchObject({ status: 'COMPLETED', delivery: { claimed_by: 'gemini', result: 'Fine.' } });
      });

      test('has the message again when the lease of a member ends, for another one', async () => {
        const id = await deliver();
        await store.claim({ agent: 'gpt', id, leaseMs: 1_000 });
        options.tick(2_000);
        expect((await store.claim({ agent: 'gemini' })).message).toMatchObject({ id, delivery: { claimed_by: 'gemini', attempts: 2 } });
        expect(await code(store.complete({ agent: 'gpt', id }))).toBe('ALREADY_CLAIMED');
      });

      test('bounces in its own name', async () => {
        const id = await deliver({ requires_response: true });
        await store.fail({ agent: 'gpt', id, error: 'no disk', reject: true });
        expect(await store.list({ inboxes: ['claude'] })).toMatchObject([{ message: { sender: 'reviewers', references: [id] } }]);
      });

      test('counts in the status apart from the agents', async () => {
        await deliver();
        await deliver({}, ['gpt']);
        const { agents, groups, pending_items } = await fixture.other.status();
        expect(Object.keys(agents)).not.toContain('reviewers');
        expect(agents.gpt).toMatchObject({ messages_pending: 1 });
        expect(groups?.reviewers).toMatchObject({ messages_pending: 1 });
        expect(pending_items).toEqual(['msg-001', 'msg-002']);
      });

      test('is not taken away while open messages lie there', async () => {
        const id = await deliver();
        expect(await code(store.removeInbox('reviewers'))).toBe('WRONG_STATUS');
        await store.complete({ agent: 'gpt', id });
        await store.removeInbox('reviewers');
        expect((await store.find(id)).map(({ section }) => section)).toEqual(['archived']);
      });
    });

    describe('claiming', () => {
      test('goes over the own inbox and those of the groups, by urgency', async () => {
        const ids = [
          await deliver({ priority: 'low' }, ['gpt']),
          await deliver({ priority: 'high' }),
          await deliver({ priority: 'critical' }, ['gpt']),
          await deliver({ priority: 'medium' }),
        ];
        const taken: string[] = [];
        for (const _ of ids) taken.push((await store.claim({ agent: 'gpt' })).message.id);
        expect(taken).toEqual(['msg-003', 'msg-002', 'msg-004', 'msg-001']);
        expect(await code(store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      });

      test('takes an old low message in bounded time from a stream of high ones over several channels', async () => {
        const channels = ['backend', 'frontend', 'ops'];
        const low = await deliver({ priority: 'low', channel: 'docs' });
        const rise = options.rules.riseAfterMs;
        let rounds = 0;
        for (;;) {
          // Each round brings two high ones and takes one, so that the queue of high ones only grows.
          for (let n = 0; n < 2; n += 1) {
            await deliver({ priority: 'high', channel: channels[(rounds + n) % 3] ?? 'ops' }, [n === 0 ? 'gpt' : 'reviewers']);
          }
          const { message } = await store.claim({ agent: 'gpt' });
          await store.complete({ agent: 'gpt', id: message.id });
          if (message.id === low) break;
          options.tick(rise / 4);
          rounds += 1;
          expect(rounds).toBeLessThan(20);
        }
        // Two steps to high take 2 · rise, eight rounds; from then on it is the oldest of the high ones.
        expect(rounds).toBe(8);
      });

      test('never lets an old message pass a critical one', async () => {
        await deliver({ priority: 'low', channel: 'docs' });
        options.tick(100 * options.rules.riseAfterMs);
        const critical = await deliver({ priority: 'critical', channel: 'ops' }, ['gpt']);
        expect((await store.claim({ agent: 'gpt' })).message.id).toBe(critical);
      });
    });

    describe('subscriptions', () => {
      const readers = async (channel: string, of = store) =>
        (await of.subscriptions()).filter((one) => one.channel === channel).map(({ agent }) => agent);

      test('everybody reads general, until they leave it', async () => {
        expect(await store.subscriptions()).toEqual(['claude', 'gpt', 'gemini'].map((agent) => ({ channel: 'general', agent })));
        expect(await store.unsubscribe('general', 'gpt')).toBe(true);
        expect(await store.unsubscribe('general', 'gpt')).toBe(false);
        expect(await readers('general', fixture.other)).toEqual(['claude', 'gemini']);
        expect(await store.subscribe('general', 'gpt')).toBe(true);
        expect(await readers('general')).toEqual(['claude', 'gpt', 'gemini']);
      });

      test('a channel comes to be with its first reader, and is gone with its last', async () => {
        expect(await store.subscribe('ops.eu', 'gpt')).toBe(true);
        expect(await store.subscribe('ops.eu', 'gpt')).toBe(false);
        options.tick(1_000);
        await fixture.other.subscribe('ops.eu', 'claude');
        const found = (await store.subscriptions()).filter(({ channel }) => channel === 'ops.eu');
        expect(found).toEqual(
          expect.arrayContaining([
            { channel: 'ops.eu', agent: 'gpt', subscribed_at: '2026-01-17T12:00:00.000Z' },
            { channel: 'ops.eu', agent: 'claude', subscribed_at: '2026-01-17T12:00:01.000Z' },
          ]),
        );
        expect(found).toHaveLength(2);
        for (const agent of ['gpt', 'claude']) await store.unsubscribe('ops.eu', agent);
        expect(await store.unsubscribe('ops.eu', 'gpt')).toBe(false);
        expect(await readers('ops.eu')).toEqual([]);
      });

      test('groups read no channel of themselves', async () => {
        expect((await store.subscriptions()).map(({ agent }) => agent)).not.toContain('reviewers');
      });

      test('many who subscribe at once all read it', async () => {
        const agents = ['claude', 'gpt', 'gemini'];
        await Promise.all(agents.map((agent, n) => (n % 2 === 0 ? store : fixture.other).subscribe('ops', agent)));
        expect((await readers('ops')).sort()).toEqual([...agents].sort());
      });

      test('a channel may have the name of what every object has', async () => {
        expect(await readers('constructor')).toEqual([]);
        await store.subscribe('constructor', 'gpt');
        expect(await readers('constructor')).toEqual(['gpt']);
      });
    });
  });
}
