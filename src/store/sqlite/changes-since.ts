import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import { copyKey, eventsBetween, type Seen, seenOf, waitingIn } from '../changes.ts';
import type { StoreOptions } from '../options.ts';
import type { Copy, StoreEvent, WatchOptions } from '../store.ts';
import { viewOf } from '../verbs/view.ts';
import { given, lazily, sqlite } from './kysely.ts';
import { type CopyQueries, firstRowSince } from './queries.ts';
import { type CopyRow, copyIn } from './rows.ts';
import { removalOfDead } from './schema.ts';

/** What one watcher knows of the database, and how far it has read. */
export interface Follower {
  /** What happened since the last look, at a cost that does not grow with what is stored. */
  changes(): StoreEvent[];
  /** What waits, at the first look. */
  waiting: StoreEvent[];
}

/**
 * Follows the changes of the copies by the numbers that they are given: new rows by `seq`, changed ones by `changed`, and
 * those that left a table by `removals`; those of messages before `since` only as far as they are dead. To be called on one state of the
 * database each time.
 */
export function followCopies(
  db: Database.Database,
  queries: CopyQueries,
  { clock, rules }: StoreOptions,
  { since: id }: Pick<WatchOptions, 'since'> = {},
): Follower {
  const from = firstRowSince(id);
  const isWanted = ({ section, seq }: CopyRow) => from === undefined || section === 'dead' || seq >= from || seq < 0;
  const since = sinceQueries(db);
  const seen: Seen = new Map();
  /** The keys of the copies that are known, by their rows as the removals call them. */
  const keys = new Map<number, string>();
  let at = since.newest().get() ?? { seq: 0, changed: 0, dead: 0, removal: 0 };

  const know = (rows: readonly CopyRow[]): Copy[] =>
    rows.flatMap((row) => {
      const copy = copyIn(row);
      if (!copy) return [];
      const view = viewOf(copy, clock(), rules.maxAttempts);
      keys.set(rowOf(row), copyKey(view));
      return [view];
    });

  const first = from === undefined ? queries.all().all() : queries.allSince().all({ from });
  for (const [key, known] of seenOf(know([...first, ...queries.allDead().all()]))) seen.set(key, known);
  return {
    waiting: waitingIn(seen),
    changes() {
      const newest = since.newest().get() ?? at;
      const rows = [...since.changed().all(at), ...since.dead().all(at), ...queries.due().all({ now: clock() })].filter(isWanted);
      const gone = since.removed().all(at);
      at = newest;
      if (rows.length === 0 && gone.length === 0) return [];
      // A row that was removed may be another copy's by now.
      const keysBefore = new Map(gone.map(({ seq }) => [seq, keys.get(seq)]));
      const now = seenOf(know(rows));
      const before: Seen = new Map();
      const remember = (key: string) => {
        const known = seen.get(key);
        if (known) before.set(key, known);
      };
      for (const key of now.keys()) remember(key);
      const there = new Set(rows.map(rowOf));
      for (const [seq, key] of keysBefore) {
        if (!there.has(seq)) keys.delete(seq);
        if (key === undefined) continue;
        remember(key);
        if (!now.has(key)) seen.delete(key);
      }
      for (const [key, known] of now) seen.set(key, known);
      return eventsBetween(before, now);
    },
  };
}

function rowOf({ section, seq }: CopyRow): number {
  return section === 'dead' ? removalOfDead(seq) : seq;
}

function sinceQueries(db: Database.Database) {
  const highest = (column: string, table: string) => sql<number>`COALESCE((SELECT MAX(${sql.ref(column)}) FROM ${sql.table(table)}), 0)`;
  return {
    newest: lazily(db, () =>
      sqlite
        .selectFrom('counters')
        .select([
          highest('seq', 'messages').as('seq'),
          sql<number>`COALESCE((SELECT MAX(changed) FROM messages WHERE changed IS NOT NULL), 0)`.as('changed'),
          highest('seq', 'dead_letter_queue').as('dead'),
          highest('removal', 'removals').as('removal'),
        ]),
    ),
    changed: lazily(db, () => {
      const rows = () => sqlite.selectFrom('messages').select(['seq', 'inbox', 'section', 'envelope']);
      return rows()
        .where('seq', '>', given<number>('seq'))
        .union(rows().where('changed', '>', given<number>('changed')).where('changed', 'is not', null))
        .orderBy('seq');
    }),
    dead: lazily(db, () =>
      sqlite
        .selectFrom('dead_letter_queue')
        .select(['seq', 'inbox', sql<'dead'>`'dead'`.as('section'), 'original_message as envelope'])
        .where('seq', '>', given<number>('dead'))
        .orderBy('seq'),
    ),
    removed: lazily(db, () => sqlite.selectFrom('removals').select('seq').where('removal', '>', given<number>('removal'))),
  };
}
