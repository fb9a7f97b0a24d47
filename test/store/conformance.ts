import { beforeEach, describe, expect, test } from 'vitest';
import type { Message } from '../../src/message/message.ts';
import type { StoreOptions } from '../../src/store/options.ts';
import type { Draft, Store, StoreEvent } from '../../src/store/store.ts';
import { conformancePresence } from './conformance-presence.ts';

export interface Fixture {
  store: Store;
  /** A second store on the same data, where the driver shares it between processes; else the same store. */
  other: Store;
  dispose(): Promise<void>;
}

/** What the suite's drivers are opened with: a clock that the test moves, and small limits. */
export function testOptions(): StoreOptions & { tick(ms: number): void } {
  let now = Date.parse('2026-01-17T12:00:00.000Z');
  let uids = 0;
  const salt = Math.random().toString(36).slice(2, 8);
  return {
    agents: ['claude', 'gpt', 'gemini'],
    rules: {
      groups: { reviewers: ['gpt', 'gemini'] },
      offlineAfterMs: 600_000,
      leaseMs: 60_000,
      maxAttempts: 3,
      riseAfterMs: 3_600_000,
      archiveAbove: 0,
      archiveKeep: 2,
      rotateAboveBytes: 0,
    },
    clock: () => now,
    newUid: () => `u${salt}-${++uids}`,
    tick: (ms) => {
      now += ms;
    },
  };
}

export function draftOf(options: StoreOptions, change: Partial<Draft> = {}): Draft {
  return {
    timestamp: new Date(options.clock()).toISOString(),
    sender: 'claude',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: 'Something',
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    uid: options.newUid(),
    ...change,
  };
}

/** What every store means by the verbs of the port. A case may be skipped only by a capability that the driver declares. */
export function conformance(name: string, open: (options: StoreOptions) => Promise<Fixture>): void {
  describe(`${name}: store conformance`, () => {
    let options: ReturnType<typeof testOptions>;
    let fixture: Fixture;
    let store: Store;

    beforeEach(async () => {
      options = testOptions();
      fixture = await open(options);
      store = fixture.store;
      return () => fixture.dispose();
    });

    const deliver = async (change: Partial<Draft> = {}, recipients = ['gpt']) =>
      (await store.deliver({ draft: draftOf(options, change), recipients })).message;
    const only = async (id: string, inbox = 'gpt') => {
      const copies = (await store.find(id)).filter((copy) => copy.inbox === inbox);
      expect(copies).toHaveLength(1);
      return copies[0] as NonNullable<(typeof copies)[0]>;
    };
    const refusal = (promise: Promise<unknown>) =>
      promise.then(
        () => 'nothing was refused',
        (error: { code?: string }) => error.code,
      );

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
        expect((await fixture.other.find(sent.id))[0]?.message).toEqual(sent);
      });

      test('an unknown recipient is refused and nobody gets anything', async () => {
        expect(await refusal(deliver({}, ['gpt', 'gtp']))).toBe('UNKNOWN_AGENT');
        expect(await store.list()).toEqual([]);
        expect((await deliver()).id).toBe('msg-001');
      });

      test('several recipients get a copy each, under one id', async () => {
        const delivered = await store.deliver({ draft: draftOf(options), recipients: ['gpt', 'gemini'] });
        expect(delivered.deliveries).toEqual([
          { recipient: 'gpt', outcome: 'delivered' },
          { recipient: 'gemini', outcome: 'delivered' },
        ]);
        const copies = await store.find('msg-001');
        expect(copies.map(({ inbox, message }) => [inbox, message.recipient]).sort()).toEqual([
          ['gemini', 'gemini'],
          ['gpt', 'gpt'],
        ]);
        await store.complete({ agent: 'gpt', id: 'msg-001' });
        expect((await only('msg-001', 'gemini')).message.status).toBe('PENDING');
      });

      test('a repeated idempotency key delivers once and answers with the first id', async () => {
        const first = await deliver({ idempotency_key: 'k1' });
        const again = await store.deliver({ draft: draftOf(options, { idempotency_key: 'k1', subject: 'Again' }), recipients: ['gpt'] });
        expect(again.message.id).toBe(first.id);
        expect(again.deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate' }]);
        expect(await store.list()).toHaveLength(1);
        expect((await deliver({ idempotency_key: 'k1', sender: 'gemini' })).id).toBe('msg-002');
      });

      test('the key is known after the message was completed and archived', async () => {
        const first = await deliver({ idempotency_key: 'k1' });
        await store.complete({ agent: 'gpt', id: first.id });
        await store.archive({ rotate: true });
        expect((await deliver({ idempotency_key: 'k1' })).id).toBe(first.id);
      });

      test('many sends at once: ids without gap or double, every message once', async () => {
        const sends = Array.from({ length: 40 }, (_, n) =>
          (n % 2 ? store : fixture.other).deliver({
            draft: draftOf(options, { subject: `s${n}` }),
            recipients: [n % 3 ? 'gpt' : 'claude'],
          }),
        );
        const ids = (await Promise.all(sends)).map(({ message }) => message.id).sort();
        expect(ids).toEqual(Array.from({ length: 40 }, (_, n) => `msg-${String(n + 1).padStart(3, '0')}`));
        expect((await store.list()).map(({ message }) => message.subject).sort()).toEqual(
          Array.from({ length: 40 }, (_, n) => `s${n}`).sort(),
        );
      });
    });

    describe('claim', () => {
      test('takes the most urgent, then the oldest, and nothing twice', async () => {
        await deliver({ priority: 'low' });
        options.tick(1000);
        await deliver({ priority: 'high' });
        options.tick(1000);
        await deliver({ priority: 'high' });
        await deliver({ priority: 'critical' });
        const order = [];
        for (let n = 0; n < 4; n++) order.push((await store.claim({ agent: 'gpt' })).message.id);
        expect(order).toEqual(['msg-004', 'msg-002', 'msg-003', 'msg-001']);
        expect(await refusal(store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
      });

      test('an old low one rises over a young high one, but never to critical', async () => {
        await deliver({ priority: 'low' });
        options.tick(3 * 3_600_000);
        await deliver({ priority: 'high' });
        await deliver({ priority: 'critical' });
        expect((await store.claim({ agent: 'gpt' })).message.id).toBe('msg-003');
        expect((await store.claim({ agent: 'gpt' })).message.id).toBe('msg-001');
      });

      test('writes down who, until when, which attempt, and a token', async () => {
        const { id } = await deliver();
        const { message } = await store.claim({ agent: 'gpt', id, leaseMs: 5000 });
        expect(message.status).toBe('IN_PROGRESS');
        expect(message.delivery).toMatchObject({
          attempts: 1,
          claimed_by: 'gpt',
          claimed_at: '2026-01-17T12:00:00.000Z',
          lease_expires_at: '2026-01-17T12:00:05.000Z',
        });
        expect(message.delivery?.lease_token).toBeTruthy();
        expect((await only(id)).message).toEqual(message);
      });

      test("another agent's message is not there", async () => {
        const { id } = await deliver();
        expect(await refusal(store.claim({ agent: 'claude', id }))).toBe('MESSAGE_NOT_FOUND');
        expect(await refusal(store.claim({ agent: 'gpt', id: 'msg-404' }))).toBe('MESSAGE_NOT_FOUND');
      });

      test('two at once never get the same one', async () => {
        for (let n = 0; n < 10; n++) await deliver();
        const claims = await Promise.all(Array.from({ length: 10 }, (_, n) => (n % 2 ? store : fixture.other).claim({ agent: 'gpt' })));
        expect(new Set(claims.map(({ message }) => message.id)).size).toBe(10);
      });

      test('claiming again what one holds gives a new token, counts no attempt and makes the old token stale', async () => {
        const { id } = await deliver();
        const first = (await store.claim({ agent: 'gpt', id })).message.delivery;
        const second = (await store.claim({ agent: 'gpt', id })).message.delivery;
        expect(second?.attempts).toBe(1);
        expect(second?.lease_token).not.toBe(first?.lease_token);
        expect(await refusal(store.complete({ agent: 'gpt', id, token: String(first?.lease_token) }))).toBe('LEASE_LOST');
        await store.complete({ agent: 'gpt', id, token: String(second?.lease_token) });
      });

      test('passes over what the filter leaves out', async () => {
        await deliver({ type: 'INFO' });
        await deliver({ type: 'QUERY' });
        expect((await store.claim({ agent: 'gpt', filter: (message) => message.type === 'QUERY' })).message.id).toBe('msg-002');
      });

      test('a completed or blocked one is refused', async () => {
        const { id } = await deliver();
        await store.block({ agent: 'gpt', id, reason: 'waits' });
        expect(await refusal(store.claim({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
        await store.unblock({ agent: 'gpt', id });
        await store.complete({ agent: 'gpt', id });
        expect(await refusal(store.claim({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
      });
    });

    describe('leases', () => {
      test('one that ran out is shown as returned, and can be claimed again', async () => {
        const { id } = await deliver();
        await store.claim({ agent: 'gpt', id });
        options.tick(60_000);
        expect((await only(id)).message.status).toBe('PENDING');
        expect((await store.status()).pending_items).toEqual([id]);
        expect((await store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(2);
      });

      test.each(['complete', 'fail', 'extend', 'release', 'block'] as const)('a late holder is refused: %s', async (verb) => {
        const { id } = await deliver();
        const token = (await store.claim({ agent: 'gpt', id })).message.delivery?.lease_token;
        options.tick(60_001);
        const act = (request: { agent: string; id: string; token?: string }) => store[verb]({ ...request, error: 'x', reason: 'x' });
        expect(await refusal(act({ agent: 'gpt', id }))).toBe('LEASE_LOST');
        expect(await refusal(act({ agent: 'gpt', id, token: String(token) }))).toBe('LEASE_LOST');
        await store.sweep();
        expect(await refusal(act({ agent: 'gpt', id }))).toBe('LEASE_LOST');
      });

      test('extend prolongs it', async () => {
        const { id } = await deliver();
        await store.claim({ agent: 'gpt', id });
        options.tick(50_000);
        await store.extend({ agent: 'gpt', id, leaseMs: 60_000 });
        options.tick(50_000);
        await store.complete({ agent: 'gpt', id, result: 'done' });
        expect((await only(id)).message).toMatchObject({
          status: 'COMPLETED',
          delivery: { result: 'done', completed_at: '2026-01-17T12:01:40.000Z' },
        });
      });

      test('a worker that dies each time ends as a dead letter', async () => {
        const { id } = await deliver({ requires_response: true });
        for (let n = 0; n < 3; n++) {
          await store.claim({ agent: 'gpt', id });
          options.tick(60_000);
        }
        expect((await only(id)).section).toBe('dead');
        expect((await store.sweep()).leases).toEqual([{ inbox: 'gpt', id }]);
        expect((await only(id)).section).toBe('dead');
        expect((await store.list({ inboxes: ['claude'] })).map(({ message }) => message.references)).toEqual([[id]]);
      });
    });

    describe('what a holder does', () => {
      test('the recipient may finish without claiming', async () => {
        const { id } = await deliver();
        expect((await store.complete({ agent: 'gpt', id })).message.status).toBe('COMPLETED');
        expect(await refusal(store.complete({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
      });

      test('release gives the message and the attempt back', async () => {
        const { id } = await deliver();
        await store.claim({ agent: 'gpt', id });
        const { message } = await store.release({ agent: 'gpt', id });
        expect(message.status).toBe('PENDING');
        expect(message.delivery).toBeUndefined();
        expect(await refusal(store.release({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
      });

      test('fail keeps the error and backs off, which "the next one" respects and claim by id does not', async () => {
        const { id } = await deliver();
        await store.claim({ agent: 'gpt', id });
        const { message } = await store.fail({ agent: 'gpt', id, error: 'no network' });
        expect(message).toMatchObject({
          status: 'PENDING',
          not_before: '2026-01-17T12:00:01.000Z',
          delivery: { attempts: 1, last_error: 'no network' },
        });
        expect(await refusal(store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
        expect((await store.claim({ agent: 'gpt', id })).message.not_before).toBeUndefined();
        await store.fail({ agent: 'gpt', id, error: 'no network' });
        options.tick(2000);
        expect((await store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(3);
      });

      test('the last failure buries it, and the sender who wanted an answer is told', async () => {
        const { id } = await deliver({ requires_response: true, correlation_id: 'c1' });
        for (let n = 0; n < 3; n++) {
          await store.claim({ agent: 'gpt', id });
          await store.fail({ agent: 'gpt', id, error: `boom ${n}` });
        }
        const dead = await only(id);
        expect(dead.section).toBe('dead');
        expect(dead.message.delivery).toMatchObject({ attempts: 3, last_error: 'boom 2', dead_reason: 'failed' });
        expect(await store.list({ inboxes: ['gpt'] })).toEqual([]);
        const [bounce] = await store.list({ inboxes: ['claude'] });
        expect(bounce?.message).toMatchObject({
          type: 'INFO',
          sender: 'gpt',
          recipient: 'claude',
          references: [id],
          correlation_id: 'c1',
          metadata: { bounce: true },
        });
        expect((await store.status()).agents.gpt?.error_count).toBe(1);
      });

      test('what nobody took in time is dead', async () => {
        const { id } = await deliver({ expires_at: '2026-01-17T12:00:10.000Z' });
        options.tick(10_000);
        expect((await only(id)).section).toBe('dead');
        expect(await refusal(store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
        expect((await store.sweep()).expired).toEqual([{ inbox: 'gpt', id }]);
        expect((await only(id)).message.delivery?.dead_reason).toBe('expired');
      });

      test('block sets it aside and unblock brings it back', async () => {
        const { id } = await deliver();
        await store.claim({ agent: 'gpt', id });
        expect((await store.block({ agent: 'gpt', id, reason: 'waits for msg-002' })).message).toMatchObject({
          status: 'BLOCKED',
          delivery: { blocked_reason: 'waits for msg-002' },
        });
        expect(await refusal(store.claim({ agent: 'gpt' }))).toBe('NOTHING_TO_CLAIM');
        expect((await store.status()).blocked_items).toEqual([id]);
        expect(await refusal(store.complete({ agent: 'gpt', id }))).toBe('WRONG_STATUS');
        await store.unblock({ agent: 'gpt', id });
        expect((await store.claim({ agent: 'gpt' })).message.delivery?.attempts).toBe(1);
      });
    });

    describe('archive', () => {
      const finish = async (count: number) => {
        for (let n = 0; n < count; n++) {
          const { id } = await deliver();
          options.tick(1000);
          await store.complete({ agent: 'gpt', id });
        }
      };

      test('moves what is completed, leaves what is open, keeps the newest', async () => {
        await finish(3);
        await deliver();
        const { archived } = await store.archive({ keep: 1 });
        expect(archived.map(({ id }) => id)).toEqual(['msg-001', 'msg-002']);
        expect((await store.list()).map(({ message }) => message.id)).toEqual(['msg-003', 'msg-004']);
        expect((await store.list({ sections: ['archived'] })).map(({ message }) => message.id)).toEqual(['msg-001', 'msg-002']);
        expect((await store.status()).agents.gpt).toMatchObject({ messages_processed: 3, messages_pending: 1 });
        expect((await store.status()).completed_items).toEqual(['msg-003']);
      });

      test('goes by age', async () => {
        await finish(2);
        options.tick(5000);
        expect((await store.archive({ olderThanMs: 6000 })).archived.map(({ id }) => id)).toEqual(['msg-001']);
      });

      test('an archived message can be read and not changed', async () => {
        await finish(1);
        await store.archive({});
        expect((await only('msg-001')).section).toBe('archived');
        expect(await refusal(store.complete({ agent: 'gpt', id: 'msg-001' }))).toBe('WRONG_STATUS');
        expect(await refusal(store.fail({ agent: 'gpt', id: 'msg-001', error: 'late' }))).toBe('WRONG_STATUS');
        expect(await refusal(store.claim({ agent: 'gpt', id: 'msg-001' }))).toBe('WRONG_STATUS');
      });

      test('a rotated one is still found', async () => {
        await finish(2);
        await store.archive({ rotate: true });
        expect((await only('msg-002')).section).toBe('archived');
        expect((await store.status()).agents.gpt?.messages_processed).toBe(2);
        expect((await deliver()).id).toBe('msg-003');
      });
    });

    describe('status and presence', () => {
      test('counts and lists follow every change', async () => {
        await deliver();
        await deliver();
        await store.claim({ agent: 'gpt' });
        expect(await store.status()).toMatchObject({
          last_message_id: 'msg-002',
          agents: {
            gpt: {
              status: 'idle',
              current_task: null,
              messages_pending: 1,
              messages_in_progress: 1,
              messages_blocked: 0,
              messages_processed: 0,
              error_count: 0,
            },
          },
          pending_items: ['msg-002'],
          in_progress_items: ['msg-001'],
          blocked_items: [],
          completed_items: [],
        });
      });

      test('what an agent says of itself stays', async () => {
        await store.setPresence('gpt', { status: 'active', currentTask: 'tests' });
        await deliver();
        await store.setPresence('gpt', { status: 'busy' });
        expect((await fixture.other.status()).agents.gpt).toMatchObject({ status: 'busy', current_task: 'tests', messages_pending: 1 });
        await store.setPresence('gpt', { currentTask: null });
        expect((await store.status()).agents.gpt).toMatchObject({ status: 'busy', current_task: null });
      });
    });

    describe('inboxes', () => {
      test('a new agent can be written to; one with open messages is not taken away', async () => {
        await store.addInbox('codex');
        const { id } = await deliver({}, ['codex']);
        expect(await refusal(store.removeInbox('codex'))).toBe('WRONG_STATUS');
        await store.complete({ agent: 'codex', id });
        await store.removeInbox('codex');
        expect(await refusal(deliver({}, ['codex']))).toBe('UNKNOWN_AGENT');
      });
    });

    describe('watch', () => {
      test('first what waits, then ready, then each arrival and change', async () => {
        await deliver();
        const events: StoreEvent[] = [];
        const stop = new AbortController();
        const seen = (count: number) => expect.poll(() => events.length, { timeout: 10_000, interval: 5 }).toBeGreaterThanOrEqual(count);
        const done = fixture.other.watch({ signal: stop.signal, onEvent: (event) => events.push(event) });
        await seen(2);
        const { id } = await deliver({ subject: 'New' });
        await seen(3);
        await store.claim({ agent: 'gpt', id });
        await seen(4);
        await store.complete({ agent: 'gpt', id });
        await seen(5);
        stop.abort();
        await done;
        expect(
          events.map((event) => [
            event.event,
            'message' in event ? (event.message as Message).status : undefined,
            'previousStatus' in event ? event.previousStatus : undefined,
          ]),
        ).toEqual([
          ['waiting', 'PENDING', undefined],
          ['ready', undefined, undefined],
          ['message', 'PENDING', undefined],
          ['status', 'IN_PROGRESS', 'PENDING'],
          ['status', 'COMPLETED', 'IN_PROGRESS'],
        ]);
      });
    });

    conformancePresence(() => ({ fixture, options }));
  });
}
