import { describe, expect, test } from 'vitest';
import { draftOf, testOptions } from '../conformance.ts';
import { testDatabase } from './database.ts';

const codes = (problems: { code: string }[]) => problems.map(({ code }) => code);

describe('check', () => {
  test('finds nothing wrong with a database in use, groups, dead letters and a held message in it', async () => {
    const { store, sent } = await testDatabase();
    await sent({}, ['gpt', 'reviewers']);
    await store.fail({ agent: 'gpt', id: await sent(), error: 'boom', reject: true });
    await store.claim({ agent: 'gemini' });
    await store.deliver({ draft: draftOf(testOptions()), recipients: ['gpt'], hold: 'Why.' });
    expect(await store.check()).toEqual({ problems: [], fixed: [] });
  });

  test.each([
    ['an index', 'DROP INDEX idx_ready_messages', 'MISSING_INDEX', 'idx_ready_messages'],
    [
      'another index of that name',
      'DROP INDEX idx_correlation; CREATE INDEX idx_correlation ON messages (id)',
      'SCHEMA_DIFFERS',
      'idx_correlation',
    ],
    ['a trigger', 'DROP TRIGGER note_removed', 'MISSING_TRIGGER', 'note_removed'],
    ['the view', 'DROP VIEW agent_status', 'MISSING_VIEW', 'agent_status'],
  ])('%s is missed, and made by fix', async (_, edit, code, name) => {
    const { store, edit: change, select } = await testDatabase();
    const before = select(`SELECT sql FROM sqlite_schema WHERE name = '${name}'`);
    change(edit);
    const { problems } = await store.check();
    expect(codes(problems)).toEqual([code]);
    expect(problems[0]).toMatchObject({ severity: 'error', file: 'messages.db', message: expect.stringContaining(name) });
    expect(codes((await store.check({ fix: true })).fixed)).toEqual([code]);
    expect(select(`SELECT sql FROM sqlite_schema WHERE name = '${name}'`)).toEqual(before);
    expect((await store.check()).problems).toEqual([]);
  });

  test('fix runs ANALYZE', async () => {
    const { store, sent, select } = await testDatabase();
    await sent();
    await store.check({ fix: true });
    expect(select("SELECT COUNT(*) > 0 AS analysed FROM sqlite_stat1 WHERE tbl = 'messages'")).toEqual([{ analysed: 1 }]);
  });

  test('columns that somebody changed are made again from the messages', async () => {
    const { store, sent, edit, select } = await testDatabase();
    const id = await sent();
    edit("UPDATE messages SET priority = 1, status = 'done'");
    expect(codes((await store.check()).problems).sort()).toEqual(['COLUMNS_DIFFER']);
    expect((await store.check({ fix: true })).problems).toEqual([]);
    expect(select('SELECT status, priority FROM messages')).toEqual([{ status: 'pending', priority: 5 }]);
    expect(select("SELECT messages_pending FROM agent_status WHERE agent_id = 'gpt'")).toEqual([{ messages_pending: 1 }]);
    expect((await store.claim({ agent: 'gpt' })).message.id).toBe(id);
  });

  test('the columns of a held message, too, which stays held', async () => {
    const { store, edit, select } = await testDatabase();
    await store.deliver({ draft: draftOf(testOptions()), recipients: ['gpt'], hold: 'Why.' });
    edit("UPDATE messages SET status = 'done'");
    expect((await store.check({ fix: true })).problems).toEqual([]);
    expect(select('SELECT status, section FROM messages')).toEqual([{ status: 'pending', section: 'held' }]);
    expect(select("SELECT messages_pending, messages_processed, error_count FROM agent_status WHERE agent_id = 'gpt'")).toEqual([
      { messages_pending: 0, messages_processed: 0, error_count: 0 },
    ]);
  });

  test('SQLite itself refuses a message that is no JSON; among the dead letters it is reported, and never dropped', async () => {
    const { store, sent, edit, select } = await testDatabase();
    const [broken, sound] = [await sent(), await sent()];
    expect(() => edit(`UPDATE messages SET envelope = '{"id": ' WHERE id = '${broken}'`)).toThrow('malformed JSON');
    for (const id of [broken, sound]) await store.fail({ agent: 'gpt', id, error: 'boom', reject: true });
    edit(`UPDATE dead_letter_queue SET original_message = '{"id": ' WHERE id = '${broken}'`);
    expect((await store.check()).problems).toEqual([
      expect.objectContaining({ severity: 'error', code: 'BAD_JSON', message: expect.stringContaining(broken) }),
    ]);
    expect((await store.list({ sections: ['dead'] })).map(({ message }) => message.id)).toEqual([sound]);
    await store.check({ fix: true });
    expect(select(`SELECT original_message FROM dead_letter_queue WHERE id = '${broken}'`)).toEqual([{ original_message: '{"id": ' }]);
  });

  test('a message that does not fit its schema, and one from a stranger, are reported with their paths', async () => {
    const { store, sent } = await testDatabase();
    await sent({ sender: 'stranger', type: 'BUG_REPORT', requires_response: true });
    const { problems } = await store.check();
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'warning', code: 'UNKNOWN_AGENT', path: '/sender' }));
    expect(problems).toContainEqual(expect.objectContaining({ code: 'MISSING_FIELD', path: '/content/context/actual' }));
    expect(problems.every(({ message }) => message.startsWith('msg-001 of gpt: '))).toBe(true);
  });

  test('two messages with one id: the later one gets a fresh one by fix', async () => {
    const { store, sent } = await testDatabase();
    await sent();
    const [copy] = await store.list();
    if (!copy) throw new Error('Nothing was sent.');
    await store.restore({ copies: [{ ...copy, message: { ...copy.message, uid: 'another' } }], lastNumber: 1 });
    expect(codes((await store.check()).problems)).toEqual(['DUPLICATE_ID']);
    expect((await store.check({ fix: true })).problems).toEqual([]);
    expect((await store.list()).map(({ message }) => message.id).sort()).toEqual(['msg-001', 'msg-002']);
  });
});
