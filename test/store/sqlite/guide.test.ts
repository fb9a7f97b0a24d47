import { describe, expect, test } from 'vitest';
import type { Draft } from '../../../src/store/store.ts';
import { testDatabase } from './database.ts';

/** The columns of the broker implementation guide, in its order. */
const GUIDE = {
  messages:
    'id type version timestamp correlation_id from_agent to_agent channel priority payload status created_at expires_at delivery_count last_delivered_at error',
  channel_subscriptions: 'channel_name agent_id subscribed_at',
  agent_status: 'agent_id status current_task last_heartbeat messages_pending messages_processed error_count',
  dead_letter_queue: 'id original_message error moved_at retry_count',
};

describe("the guide's tables", () => {
  test.each(Object.entries(GUIDE))('%s has its columns', async (table, columns) => {
    const { select } = await testDatabase();
    const type = table === 'agent_status' ? 'view' : 'table';
    expect(select(`SELECT type FROM sqlite_schema WHERE name = '${table}'`)).toEqual([{ type }]);
    const names = select(`SELECT name FROM pragma_table_xinfo('${table}')`).map(({ name }) => name);
    expect(names.slice(0, columns.split(' ').length)).toEqual(columns.split(' '));
  });

  test.each(['idx_ready_messages', 'idx_correlation'])('%s is an index of messages', async (name) => {
    const { select } = await testDatabase();
    expect(select(`SELECT tbl_name FROM sqlite_schema WHERE type = 'index' AND name = '${name}'`)).toEqual([{ tbl_name: 'messages' }]);
  });

  test('SELECT * FROM messages shows a message as the broker writes it', async () => {
    const { sent, select } = await testDatabase();
    await sent({ priority: 'high', correlation_id: 'c1', expires_at: '2026-01-18T12:00:00.000Z' });
    expect(select('SELECT * FROM messages')).toEqual([
      expect.objectContaining({
        id: 'msg-001',
        type: 'INFO',
        version: '1.0',
        timestamp: '2026-01-17T12:00:00.000Z',
        correlation_id: 'c1',
        from_agent: 'claude',
        to_agent: 'gpt',
        channel: 'general',
        priority: 8,
        payload: '{"details":"Something happened.","context":{},"attachments":[]}',
        status: 'pending',
        created_at: '2026-01-17T12:00:00.000Z',
        expires_at: '2026-01-18T12:00:00.000Z',
        delivery_count: 0,
        last_delivered_at: null,
        error: null,
      }),
    ]);
  });

  test('the columns follow the life of a message', async () => {
    const { store, sent, select, options } = await testDatabase();
    const id = await sent({ channel: 'tests' });
    const row = () => select('SELECT status, channel, delivery_count, last_delivered_at, error FROM messages')[0];
    await store.claim({ agent: 'gpt', id });
    expect(row()).toEqual({
      status: 'processing',
      channel: 'tests',
      delivery_count: 1,
      last_delivered_at: '2026-01-17T12:00:00.000Z',
      error: null,
    });
    await store.fail({ agent: 'gpt', id, error: 'no network' });
    expect(row()).toMatchObject({
      status: 'pending',
      delivery_count: 1,
      last_delivered_at: '2026-01-17T12:00:00.000Z',
      error: 'no network',
    });
    await store.block({ agent: 'gpt', id, reason: 'waits' });
    expect(row()).toMatchObject({ status: 'blocked' });
    await store.unblock({ agent: 'gpt', id });
    options.tick(5_000);
    await store.claim({ agent: 'gpt', id });
    await store.complete({ agent: 'gpt', id });
    expect(row()).toMatchObject({ status: 'done', delivery_count: 2, last_delivered_at: '2026-01-17T12:00:05.000Z' });
  });

  test("SELECT COUNT(*) FROM messages WHERE status = 'pending' is the queue's depth", async () => {
    const { store, sent, select } = await testDatabase();
    await sent();
    await sent({}, ['gpt', 'gemini']);
    await store.claim({ agent: 'gpt' });
    expect(select("SELECT COUNT(*) AS depth FROM messages WHERE status = 'pending'")).toEqual([{ depth: 2 }]);
  });

  test('dead letters are in their queue with the whole message, and no longer among the messages', async () => {
    const { store, sent, select } = await testDatabase();
    const id = await sent();
    for (let n = 0; n < 3; n++) {
      await store.claim({ agent: 'gpt', id });
      await store.fail({ agent: 'gpt', id, error: `boom ${n}` });
    }
    const [row] = select('SELECT * FROM dead_letter_queue');
    expect(row).toMatchObject({ id, error: 'boom 2', moved_at: '2026-01-17T12:00:00.000Z', retry_count: 3 });
    expect(JSON.parse(String(row?.original_message))).toMatchObject({ id, sender: 'claude', subject: 'Something' });
    expect(select('SELECT * FROM messages')).toEqual([]);
    await store.redrive({ id });
    expect(select('SELECT * FROM dead_letter_queue')).toEqual([]);
    expect(select('SELECT id, status, delivery_count FROM messages')).toEqual([{ id, status: 'pending', delivery_count: 0 }]);
  });

  test('agent_status counts with every change, and says what agents say', async () => {
    const { store, sent, select, options } = await testDatabase();
    const gpt = () => select("SELECT * FROM agent_status WHERE agent_id = 'gpt'")[0];
    const counts = (pending: number, processed: number, errors: number) =>
      expect(gpt()).toMatchObject({ messages_pending: pending, messages_processed: processed, error_count: errors });
    const ids = [await sent(), await sent(), await sent()];
    counts(3, 0, 0);
    await store.claim({ agent: 'gpt', id: ids[0] as string });
    counts(2, 0, 0);
    await store.complete({ agent: 'gpt', id: ids[0] as string });
    counts(2, 1, 0);
    await store.archive({});
    counts(2, 1, 0);
    await store.fail({ agent: 'gpt', id: ids[1] as string, error: 'boom' });
    counts(2, 1, 1);
    await store.fail({ agent: 'gpt', id: ids[1] as string, error: 'boom', reject: true });
    counts(1, 1, 1);
    await store.redrive({ id: ids[1] as string });
    counts(2, 1, 1);
    await store.purge({ section: 'archived' });
    counts(2, 0, 1);
    await store.setPresence('gpt', { status: 'busy', currentTask: 'tests' });
    expect(gpt()).toMatchObject({ status: 'busy', current_task: 'tests', last_heartbeat: null });
    options.tick(1_000);
    await store.heartbeat('gpt', { status: 'active' });
    expect(gpt()).toMatchObject({ status: 'active', current_task: 'tests', last_heartbeat: '2026-01-17T12:00:01.000Z' });
  });

  test('channel_subscriptions has a row for each reader, of general too', async () => {
    const { store, select } = await testDatabase();
    await store.subscribe('tests', 'gpt');
    await store.unsubscribe('general', 'gemini');
    expect(select('SELECT * FROM channel_subscriptions ORDER BY channel_name, agent_id')).toEqual([
      { channel_name: 'general', agent_id: 'claude', subscribed_at: null },
      { channel_name: 'general', agent_id: 'gpt', subscribed_at: null },
      { channel_name: 'tests', agent_id: 'gpt', subscribed_at: '2026-01-17T12:00:00.000Z' },
    ]);
    // Opening it again asks nobody back.
    await store.addInbox('gemini');
    expect((await store.subscriptions()).map(({ channel, agent }) => `${channel}: ${agent}`)).toEqual([
      'general: claude',
      'general: gpt',
      'tests: gpt',
    ]);
  });
});

describe('what is stored', () => {
  test('comes back with its fields in their order, lone surrogates and numbers as keys included', async () => {
    const { store, options, another } = await testDatabase();
    const nasty = '\ud800 lone \udfff \u0000 \u2028';
    const { message } = await store.deliver({
      draft: {
        zeta: nasty,
        timestamp: new Date(options.clock()).toISOString(),
        sender: 'claude',
        type: 'INFO',
        priority: 'low',
        status: 'PENDING',
        subject: nasty,
        content: { details: nasty, context: { b: 1e21, a: { c: -0.5 } }, attachments: [] },
        references: [],
        requires_response: false,
        correlation_id: nasty,
        idempotency_key: nasty,
        alpha: [nasty],
      },
      recipients: ['gpt'],
    });
    const other = await another();
    const [copy] = await other.find(message.id);
    expect(JSON.stringify(copy?.message)).toBe(JSON.stringify(message));
    const { id: _, ...draft } = message;
    const again = await other.deliver({ draft: { ...draft, idempotency_key: nasty } as Draft, recipients: ['gpt'] });
    expect(again.deliveries).toEqual([{ recipient: 'gpt', outcome: 'duplicate' }]);
    const lossy = Buffer.from(nasty, 'utf8').toString('utf8');
    expect(lossy).not.toBe(nasty);
    const fresh = await other.deliver({ draft: { ...draft, idempotency_key: lossy } as Draft, recipients: ['gpt'] });
    expect(fresh.message.id).toBe('msg-002');
  });

  test('ids are never given twice, whatever was removed', async () => {
    const { store, sent, another } = await testDatabase();
    for (let n = 0; n < 3; n++) await store.complete({ agent: 'gpt', id: await sent() });
    await store.archive({});
    await store.purge({ section: 'archived' });
    expect(await store.list({ sections: ['active', 'archived', 'dead'] })).toEqual([]);
    const other = await another();
    expect((await other.status()).last_message_id).toBe('msg-003');
    expect(await sent()).toBe('msg-004');
  });

  test('ids of other forms, and very many copies of one id, are found and changed', async () => {
    const { store, options } = await testDatabase();
    const message = (id: string, uid: string) => ({ ...draftMessage(options.clock()), id, uid, recipient: 'gpt' });
    const odd = ['bug-7', 'msg-0007', 'msg-7', 'msg-999999999999999', 'msg-99999999999999999999'];
    const copies = [
      ...odd.map((id, n) => ({ inbox: 'gpt', section: 'active' as const, message: message(id, `odd-${n}`) })),
      ...Array.from({ length: 1_100 }, (_, n) => ({
        inbox: 'gpt',
        section: 'archived' as const,
        message: message('msg-012', `many-${n}`),
      })),
    ];
    await store.restore({ copies, lastNumber: 12 });
    for (const id of odd) {
      expect((await store.find(id)).map((copy) => copy.message.id)).toEqual([id]);
      expect((await store.complete({ agent: 'gpt', id })).message.status).toBe('COMPLETED');
      expect((await store.find(id)).map((copy) => copy.message.status)).toEqual(['COMPLETED']);
    }
    expect(await store.find('msg-012')).toHaveLength(1_100);
    expect((await store.restore({ copies, lastNumber: 12 })).restored).toBe(0);
  });
});

function draftMessage(now: number) {
  return {
    timestamp: new Date(now).toISOString(),
    sender: 'claude',
    type: 'INFO',
    priority: 'medium' as const,
    status: 'PENDING' as const,
    subject: 'Something',
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
  };
}
