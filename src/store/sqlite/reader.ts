import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import { formatId } from '../../message/ids.ts';
import { addToSummary, deriveStatus, emptySummary, type InboxSummary, type StatusDocument } from '../../message/status.ts';
import { isoOf } from '../../message/time.ts';
import type { StoreOptions } from '../options.ts';
import { withHeartbeats } from '../presence.ts';
import { inQuery } from '../query.ts';
import type { Copy, ListQuery } from '../store.ts';
import { viewOf } from '../verbs/view.ts';
import type { AgentTable } from './agent-table.ts';
import { given, lazily, sqlite } from './kysely.ts';
import { numberOfRow } from './numbers.ts';
import { type CopyQueries, firstRowSince, rowsWithId } from './queries.ts';
import { type CopyRow, copyIn } from './rows.ts';
import { statusOf } from './words.ts';

export interface Reader {
  list(query?: ListQuery): Copy[];
  find(id: string): Copy[];
  status(): StatusDocument;
  /** The agents that have an inbox, in the order of config.json, then by name. */
  agents(): string[];
}

/** Reads without a write transaction; what is due is shown as if a sweep had just been. */
export function createReader(db: Database.Database, queries: CopyQueries, table: AgentTable, options: StoreOptions): Reader {
  const groups = Object.keys(options.rules.groups);
  const counting = statusQueries(db);
  const agents = () => {
    const names = table.names().filter((name) => !groups.includes(name));
    return [...new Set([...options.agents, ...names.sort()])];
  };
  const views = (rows: readonly CopyRow[]) => {
    const now = options.clock();
    return rows.flatMap((row) => {
      const copy = copyIn(row);
      return copy ? viewOf(copy, now, options.rules.maxAttempts) : [];
    });
  };

  return {
    agents,
    list(query = {}) {
      return views(rowsFor(queries, query, options.clock())).filter(inQuery(query));
    },
    find(id) {
      return views([...rowsWithId(queries, id), ...queries.deadWithId().all({ id })]).filter(({ message }) => message.id === id);
    },
    status() {
      const now = options.clock();
      const summaries = new Map<string, InboxSummary>();
      const of = (inbox: string) => {
        const summary = summaries.get(inbox) ?? emptySummary();
        summaries.set(inbox, summary);
        return summary;
      };
      for (const { inbox, status, id, error } of counting.active().all({ now })) {
        const summary = of(inbox);
        listIn(summary, statusOf(status)).push(id);
        if (error) summary.errors += 1;
      }
      for (const { inbox, section, message } of views(queries.due().all({ now }))) addToSummary(of(inbox), message, section);
      for (const { inbox, count, errors } of counting.archived().all()) {
        of(inbox).archived += count;
        of(inbox).errors += errors;
      }
      for (const { inbox, count } of counting.dead().all()) of(inbox).errors += count;
      const { number = 0, seq = 0 } = counting.lastNumber().get() ?? {};
      const last = Math.max(number, numberOfRow(seq));
      const derived = deriveStatus({
        agents: agents(),
        groups,
        summaries,
        presence: table.presence(),
        lastId: last === 0 ? undefined : formatId(last),
        at: isoOf(now),
      });
      return withHeartbeats(derived, table.heartbeats(), { now, offlineAfterMs: options.rules.offlineAfterMs });
    },
  };
}

/** The rows that may hold what is asked for: an active or held copy whose time is over is shown among the dead. */
function rowsFor(queries: CopyQueries, { inboxes, sections = ['active'], since }: ListQuery, now: number): CopyRow[] {
  const stored = (['active', 'archived', 'held'] as const).filter((section) => sections.includes(section));
  const dead = sections.includes('dead');
  const from = firstRowSince(since);
  if (inboxes === undefined) {
    const rows = stored.length === 0 ? [] : queries.all().all();
    return [...rows, ...(dead && stored.length === 0 ? queries.due().all({ now }) : []), ...(dead ? queries.allDead().all() : [])];
  }
  const own = inboxes.flatMap((inbox) => [
    ...stored.flatMap((section) =>
      from === undefined ? queries.inSection().all({ inbox, section }) : queries.inSectionSince().all({ inbox, section, from }),
    ),
    ...(dead
      ? queries
          .dueOf()
          .all({ inbox, now })
          .filter((row) => !sections.includes(row.section))
      : []),
  ]);
  return [...own.sort((a, b) => a.seq - b.seq), ...(dead ? inboxes.flatMap((inbox) => queries.deadIn().all({ inbox })) : [])];
}

function statusQueries(db: Database.Database) {
  const isNotDue = sql<boolean>`(due_at IS NULL OR due_at > ${given('now')})`;
  return {
    active: lazily(db, () =>
      sqlite
        .selectFrom('messages')
        .select(['inbox', 'status', 'id', sql<number>`error IS NOT NULL`.as('error')])
        .where('section', '=', 'active')
        .where(isNotDue)
        .orderBy('seq'),
    ),
    archived: lazily(db, () =>
      sqlite
        .selectFrom('messages')
        .select(['inbox', sql<number>`COUNT(*)`.as('count'), sql<number>`COUNT(error)`.as('errors')])
        .where('section', '=', 'archived')
        .groupBy('inbox'),
    ),
    dead: lazily(db, () =>
      sqlite
        .selectFrom('dead_letter_queue')
        .select(['inbox', sql<number>`COUNT(*)`.as('count')])
        .groupBy('inbox'),
    ),
    lastNumber: lazily(db, () =>
      sqlite.selectFrom('counters').select(['number', sql<number>`MAX(seq, COALESCE((SELECT MAX(seq) FROM messages), 0))`.as('seq')]),
    ),
  };
}

function listIn(summary: InboxSummary, status: ReturnType<typeof statusOf>): string[] {
  if (status === 'PENDING') return summary.pending;
  if (status === 'IN_PROGRESS') return summary.inProgress;
  return status === 'BLOCKED' ? summary.blocked : summary.completed;
}
