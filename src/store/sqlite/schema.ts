import { type Compilable, sql } from 'kysely';
import { sqlite } from './kysely.ts';

/** How many removals watchers find; one that was away for longer learns of the rest when it starts again. */
const REMOVALS_KEPT = 10_000;

/** Rows of dead letters count downwards from here among the removals, far below those of messages. */
const DEAD_ROWS = -(2 ** 52);

/** What the removals call a row of the dead letters. */
export function removalOfDead(seq: number): number {
  return DEAD_ROWS - seq;
}

/** A thing of the database's schema with the statement that makes it. */
export interface SchemaPart {
  kind: 'table' | 'view' | 'index' | 'trigger';
  name: string;
  sql: string;
}

/** All that version 1 of the schema has, in the order in which it can be made. */
export function schemaParts(): SchemaPart[] {
  return [...tables(), agentStatus(), ...indexes(), ...triggers()];
}

function tables(): SchemaPart[] {
  const { schema } = sqlite;
  const fromEnvelope = (path: string, otherwise?: string) =>
    otherwise === undefined ? sql.raw(`envelope ->> '${path}'`) : sql.raw(`COALESCE(envelope ->> '${path}', ${otherwise})`);
  return [
    table(
      'messages',
      schema
        .createTable('messages')
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.type')))
        .addColumn('version', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.version', "'1.0'")))
        .addColumn('timestamp', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.timestamp')))
        .addColumn('correlation_id', 'text')
        .addColumn('from_agent', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.sender')))
        .addColumn('to_agent', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.recipient')))
        .addColumn('channel', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.channel', "'general'")))
        .addColumn('priority', 'integer', (column) => column.notNull())
        .addColumn('payload', 'text', (column) => column.generatedAlwaysAs(sql.raw("envelope -> '$.content'")))
        .addColumn('status', 'text', (column) => column.notNull())
        .addColumn('created_at', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.timestamp')))
        .addColumn('expires_at', 'text', (column) => column.generatedAlwaysAs(fromEnvelope('$.expires_at')))
        .addColumn('delivery_count', 'integer', (column) => column.generatedAlwaysAs(fromEnvelope('$.delivery.attempts', '0')))
        .addColumn('last_delivered_at', 'text')
        .addColumn('error', 'text')
        .addColumn('inbox', 'text', (column) => column.notNull())
        .addColumn('section', 'text', (column) => column.notNull())
        .addColumn('seq', 'integer', (column) => column.primaryKey())
        .addColumn('sent_at', 'integer')
        .addColumn('due_at', 'integer')
        .addColumn('idempotency_key', 'text')
        .addColumn('changed', 'integer')
        .addColumn('envelope', 'text', (column) => column.notNull()),
    ),
    table(
      'dead_letter_queue',
      schema
        .createTable('dead_letter_queue')
        .addColumn('id', 'text', (column) => column.notNull())
        .addColumn('original_message', 'text', (column) => column.notNull())
        .addColumn('error', 'text', (column) => column.notNull())
        .addColumn('moved_at', 'text', (column) => column.notNull())
        .addColumn('retry_count', 'integer', (column) => column.notNull())
        .addColumn('inbox', 'text', (column) => column.notNull())
        .addColumn('idempotency_key', 'text')
        .addColumn('seq', 'integer', (column) => column.primaryKey().autoIncrement()),
    ),
    table(
      'agents',
      schema
        .createTable('agents')
        .addColumn('agent_id', 'text', (column) => column.primaryKey())
        .addColumn('status', 'text', (column) => column.notNull().defaultTo('idle'))
        .addColumn('current_task', 'text')
        .addColumn('last_heartbeat', 'text')
        .addColumn('presence', 'text')
        .addColumn('heartbeat', 'text'),
    ),
    table(
      'channel_subscriptions',
      schema
        .createTable('channel_subscriptions')
        .addColumn('channel_name', 'text', (column) => column.notNull())
        .addColumn('agent_id', 'text', (column) => column.notNull())
        .addColumn('subscribed_at', 'text')
        .addPrimaryKeyConstraint('subscription', ['channel_name', 'agent_id']),
    ),
    table(
      'token_buckets',
      schema
        .createTable('token_buckets')
        .addColumn('key', 'text', (column) => column.primaryKey())
        .addColumn('tokens', 'real', (column) => column.notNull())
        .addColumn('at', 'integer', (column) => column.notNull()),
    ),
    table(
      'counters',
      schema
        .createTable('counters')
        .addColumn('seq', 'integer', (column) => column.notNull())
        .addColumn('number', 'integer', (column) => column.notNull())
        .addColumn('changed', 'integer', (column) => column.notNull()),
    ),
    table(
      'removals',
      schema
        .createTable('removals')
        .addColumn('removal', 'integer', (column) => column.primaryKey().autoIncrement())
        .addColumn('seq', 'integer', (column) => column.notNull()),
    ),
  ];
}

/** The guide's two by their names, and what our own questions need. Each one costs every send, so most are partial. */
function indexes(): SchemaPart[] {
  const { schema } = sqlite;
  const partial = (name: string, column: string, columns: string[] = [column]) =>
    index(name, schema.createIndex(name).on('messages').columns(columns).where(sql.ref(column), 'is not', null));
  return [
    index(
      'idx_ready_messages',
      schema.createIndex('idx_ready_messages').on('messages').columns(['inbox', 'section', 'status', 'priority desc', 'sent_at']),
    ),
    partial('idx_correlation', 'correlation_id'),
    index('idx_other_ids', schema.createIndex('idx_other_ids').on('messages').columns(['id']).where(sql.ref('seq'), '<', sql.lit(0))),
    partial('idx_due', 'due_at', ['inbox', 'due_at']),
    partial('idx_idempotency', 'idempotency_key'),
    partial('idx_changed', 'changed'),
    partial('idx_errors', 'error', ['inbox']),
    index('idx_dead_letter_ids', schema.createIndex('idx_dead_letter_ids').on('dead_letter_queue').columns(['id', 'inbox'])),
    index(
      'idx_dead_letter_idempotency',
      schema
        .createIndex('idx_dead_letter_idempotency')
        .on('dead_letter_queue')
        .columns(['idempotency_key'])
        .where(sql.ref('idempotency_key'), 'is not', null),
    ),
    index('idx_dead_letter_inboxes', schema.createIndex('idx_dead_letter_inboxes').on('dead_letter_queue').columns(['inbox'])),
  ];
}

/**
 * The guide's table of agents, as a view: counts that are counted cannot be wrong, and a send need not keep them, which
 * would cost it another page.
 */
function agentStatus(): SchemaPart {
  const count = (table: 'messages' | 'dead_letter_queue', condition = sql`true`) =>
    sql<number>`(SELECT COUNT(*) FROM ${sql.table(table)} WHERE inbox = agent_id AND ${condition})`;
  const active = (status: string) => count('messages', sql`section = 'active' AND status = ${sql.lit(status)}`);
  const query = sqlite.schema
    .createView('agent_status')
    .as(
      sqlite
        .selectFrom('agents')
        .select([
          'agent_id',
          'status',
          'current_task',
          'last_heartbeat',
          active('pending').as('messages_pending'),
          sql<number>`${active('done')} + ${count('messages', sql`section = 'archived'`)}`.as('messages_processed'),
          sql<number>`${count('messages', sql`error IS NOT NULL`)} + ${count('dead_letter_queue')}`.as('error_count'),
        ]),
    );
  return { kind: 'view', name: 'agent_status', sql: query.compile().sql };
}

/** What takes note of rows that go, whoever deletes them, a person in a shell too. Kysely has no words for triggers. */
function triggers(): SchemaPart[] {
  return [
    trigger(
      'note_removed',
      `AFTER DELETE ON messages BEGIN
      UPDATE counters SET seq = MAX(seq, old.seq), changed = MAX(changed, COALESCE(old.changed, 0));
      INSERT INTO removals (seq) VALUES (old.seq);
      DELETE FROM removals WHERE removal <= last_insert_rowid() - ${REMOVALS_KEPT}; END`,
    ),
    trigger('note_redriven', `AFTER DELETE ON dead_letter_queue BEGIN INSERT INTO removals (seq) VALUES (${DEAD_ROWS} - old.seq); END`),
  ];
}

function table(name: string, query: Compilable): SchemaPart {
  return { kind: 'table', name, sql: query.compile().sql };
}

function index(name: string, query: Compilable): SchemaPart {
  return { kind: 'index', name, sql: query.compile().sql };
}

function trigger(name: string, body: string): SchemaPart {
  return { kind: 'trigger', name, sql: `CREATE TRIGGER ${name} ${body}` };
}
