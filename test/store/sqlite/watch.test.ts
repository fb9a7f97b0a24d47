import { expect, onTestFinished, test } from 'vitest';
import type { Copy, StoreEvent } from '../../../src/store/store.ts';
import { draftOf } from '../conformance.ts';
import { testDatabase } from './database.ts';

/** Everything that a watcher is told once it is ready, in short. */
async function watched({ store }: Awaited<ReturnType<typeof testDatabase>>, since?: string): Promise<string[]> {
  const told: string[] = [];
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  await new Promise<void>((ready) => {
    const onEvent = (event: StoreEvent) => {
      if (event.event === 'ready') ready();
      else told.push(event.event === 'error' ? event.error : `${event.event} ${event.message.id} ${event.section}`);
    };
    void store.watch({ signal: stop.signal, since, onEvent });
  });
  told.splice(0);
  return told;
}

test('an id without a number, whose rows count down, is not taken for a dead letter, nor for the one before it', async () => {
  const database = await testDatabase();
  const { store, sent, options } = database;
  const other = await database.another();
  const copy = (id: string): Copy => ({
    inbox: 'gpt',
    section: 'archived',
    message: { ...draftOf(options), id, recipient: 'gpt' } as Copy['message'],
  });
  await store.restore({ copies: [copy('own-a')], lastNumber: 0 });
  await sent();
  await store.fail({ agent: 'gpt', id: 'msg-001', error: 'No.', reject: true });
  const told = await watched(database);
  // In one look: the one is gone, and another has its row.
  await other.purge({ section: 'archived' });
  await other.restore({ copies: [copy('own-b')], lastNumber: 0 });
  await expect.poll(() => [...told].sort()).toEqual(['message own-b archived', 'removed own-a archived']);
  await other.purge({ section: 'archived' });
  await expect.poll(() => told.slice(2)).toEqual(['removed own-b archived']);
  await other.purge({ section: 'dead' });
  await expect.poll(() => told.slice(3)).toEqual(['removed msg-001 dead']);
});

test('a copy that dies, comes back and dies again between two looks is told of once', async () => {
  const database = await testDatabase();
  await database.sent();
  await database.sent();
  const told = await watched(database);
  const other = await database.another();
  const fail = (id: string) => other.fail({ agent: 'gpt', id, error: 'No.', reject: true });
  await Promise.all([fail('msg-001'), other.redrive({ id: 'msg-001' }), fail('msg-001')]);
  await expect.poll(() => told).toEqual(['status msg-001 dead']);
  await Promise.all([other.redrive({ id: 'msg-001' }), fail('msg-002'), other.redrive({ id: 'msg-002' })]);
  await expect.poll(() => told.slice(1)).toEqual(['status msg-001 active']);
});

test('since a message: its end is told, and all that comes; what went before is not read', async () => {
  const database = await testDatabase();
  const { store, sent, options } = database;
  await store.restore({
    copies: [{ inbox: 'gpt', section: 'active', message: { ...draftOf(options), id: 'own', recipient: 'gpt' } as Copy['message'] }],
    lastNumber: 0,
  });
  for (let n = 0; n < 3; n++) await sent();
  const listed = await store.list({ inboxes: ['gpt'], since: 'msg-002' });
  expect(listed.map(({ message }) => message.id).sort()).toEqual(['msg-002', 'msg-003', 'own']);
  const told = await watched(database, 'msg-002');
  const other = await database.another();
  for (const id of ['msg-001', 'msg-002', 'own']) await other.complete({ agent: 'gpt', id });
  await sent();
  await expect.poll(() => [...told].sort()).toEqual(['message msg-004 active', 'status msg-002 active', 'status own active']);
  await other.archive({});
  await other.purge({ section: 'archived' });
  // Whether they were seen in the archive before they were gone depends on the looks.
  const gone = () => told.filter((line) => line.startsWith('removed')).map((line) => line.split(' ')[1]);
  await expect.poll(() => gone().sort()).toEqual(['msg-002', 'own']);
  expect(told.filter((line) => line.includes('msg-001'))).toEqual([]);
});
