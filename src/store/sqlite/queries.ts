import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import { idNumber } from '../../message/ids.ts';
import { given, lazily, sqlite } from './kysely.ts';
import { rowsOfNumber } from './numbers.ts';
import type { CopyRow } from './rows.ts';
import type { MessagesTable } from './tables.ts';

const MESSAGE_COLUMNS = [
  'id',
  'inbox',
  'section',
  'status',
  'priority',
  'sent_at',
  'due_at',
  'correlation_id',
  'idempotency_key',
  'last_delivered_at',
  'error',
  'envelope',
] as const;
type Written = Pick<MessagesTable, (typeof MESSAGE_COLUMNS)[number]>;

const COPY = ['seq', 'inbox', 'section', 'envelope'] as const;
const DEAD_COPY = ['seq', 'inbox', sql<'dead'>`'dead'`.as('section'), 'original_message as envelope'] as const;

/** What is asked of the tables of copies, compiled when it is first needed. Values are given by the names of the columns. */
export function copyQueries(db: Database.Database) {
  const copies = () => sqlite.selectFrom('messages').select(COPY);
  const dead = () => sqlite.selectFrom('dead_letter_queue').select(DEAD_COPY).orderBy('seq');
  const inInbox = () => copies().where('inbox', '=', given<string>('inbox'));
  const isSince = () => sql<boolean>`(seq >= ${given('from')} OR seq < 0)`;
  const columns = () => Object.fromEntries(MESSAGE_COLUMNS.map((name) => [name, given(name)])) as unknown as Written;
  return {
    insert: lazily(db, () => sqlite.insertInto('messages').values({ seq: given('seq'), ...columns(), changed: given('changed') })),
    update: lazily(db, () =>
      sqlite
        .updateTable('messages')
        .set({
          ...columns(),
          last_delivered_at: sql`COALESCE(${given('last_delivered_at')}, last_delivered_at)`,
          changed: given<number>('changed'),
        })
        .where('seq', '=', given<number>('seq')),
    ),
    remove: lazily(db, () => sqlite.deleteFrom('messages').where('seq', '=', given<number>('seq'))),
    insertDead: lazily(db, () =>
      sqlite.insertInto('dead_letter_queue').values({
        id: given('id'),
        inbox: given('inbox'),
        idempotency_key: given('idempotency_key'),
        original_message: given('original_message'),
        error: given('error'),
        moved_at: given('moved_at'),
        retry_count: given('retry_count'),
      }),
    ),
    removeDead: lazily(db, () => sqlite.deleteFrom('dead_letter_queue').where('seq', '=', given<number>('seq'))),

    all: lazily(db, () => copies().orderBy('seq')),
    allSince: lazily(db, () => copies().where(isSince()).orderBy('seq')),
    inSectionSince: lazily(db, () =>
      inInbox().where('section', '=', given<MessagesTable['section']>('section')).where(isSince()).orderBy('seq'),
    ),
    inSection: lazily(db, () => inInbox().where('section', '=', given<MessagesTable['section']>('section')).orderBy('seq')),
    dueOf: lazily(db, () => inInbox().where('due_at', '<=', given<number>('now')).orderBy('seq')),
    due: lazily(db, () => copies().where('due_at', '<=', given<number>('now')).orderBy('seq')),
    firstDue: lazily(db, () =>
      sqlite
        .selectFrom('messages')
        .select('due_at')
        .where('inbox', '=', given<string>('inbox'))
        .where('due_at', 'is not', null)
        .orderBy('due_at')
        .limit(1),
    ),
    waiting: lazily(db, () =>
      sqlite
        .selectFrom('messages')
        .select([...COPY, 'sent_at'])
        .where('inbox', '=', given<string>('inbox'))
        .where('section', '=', 'active')
        .where('status', '=', 'pending')
        .where('priority', '=', given<number>('priority'))
        .orderBy('sent_at')
        .orderBy('seq'),
    ),
    completed: lazily(db, () => inInbox().where('section', '=', 'active').where('status', '=', 'done').orderBy('seq')),
    completedCount: lazily(db, () =>
      sqlite
        .selectFrom('messages')
        .select(sql<number>`COUNT(*)`.as('count'))
        .where('inbox', '=', given<string>('inbox'))
        .where('section', '=', 'active')
        .where('status', '=', 'done'),
    ),
    /** Of an id with a number: see rowsOfNumber. */
    withNumber: lazily(db, () =>
      copies()
        .where('seq', '>=', given<number>('from'))
        .where('seq', '<=', given<number>('to'))
        .where('id', '=', given<string>('id'))
        .orderBy('seq'),
    ),
    withOtherId: lazily(db, () => copies().where('id', '=', given<string>('id')).where('seq', '<', sql.lit(0)).orderBy('seq')),
    withKey: lazily(db, () => copies().where('idempotency_key', '=', given<string>('key')).orderBy('seq')),

    allDead: lazily(db, dead),
    inboxesWithDead: lazily(db, () => sqlite.selectFrom('dead_letter_queue').select('inbox').distinct().orderBy('inbox')),
    inboxesWith: lazily(db, () =>
      sqlite
        .selectFrom('messages')
        .select('inbox')
        .distinct()
        .where('section', '=', given<MessagesTable['section']>('section'))
        .orderBy('inbox'),
    ),
    deadIn: lazily(db, () => dead().where('inbox', '=', given<string>('inbox'))),
    deadWithId: lazily(db, () => dead().where('id', '=', given<string>('id'))),
    deadWithKey: lazily(db, () => dead().where('idempotency_key', '=', given<string>('key'))),
  };
}

/** The rows of the active, archived and held copies with this id. */
export function rowsWithId(queries: CopyQueries, id: string): CopyRow[] {
  const rows = rowsOfNumber(idNumber(id));
  const others = queries.withOtherId().all({ id });
  return rows ? [...queries.withNumber().all({ ...rows, id }), ...others] : others;
}

/** The first row of the message of this id and of what came after it; undefined for an id without a number, whose rows tell nothing. */
export function firstRowSince(id: string | undefined): number | undefined {
  return id === undefined ? undefined : rowsOfNumber(idNumber(id))?.from;
}

export type CopyQueries = ReturnType<typeof copyQueries>;
