import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import { given, lazily, prepare, sqlite } from './kysely.ts';

/** Room for the copies of one message. */
const COPIES = 1024;
/** Ids whose numbers are higher have no row of their own to themselves. */
const HIGHEST = 2 ** 40;

/**
 * The rows of the copies of the message with this number: a send then needs no index of ids, and no counter. Null for an
 * id without a number that fits; those have rows below zero, and an index.
 */
export function rowsOfNumber(number: number | undefined): { from: number; to: number } | null {
  if (number === undefined || number > HIGHEST) return null;
  return { from: number * COPIES, to: number * COPIES + COPIES - 1 };
}

export function numberOfRow(seq: number): number {
  return Math.floor(Math.max(0, seq) / COPIES);
}

/**
 * The last numbers that were given: to a row, in an id, to a change. They are read off the newest rows; the table of
 * counters knows of those whose rows are gone. To be used inside a write transaction.
 */
export interface Numbers {
  /** Looks again, where another connection has written since or something was forgotten; answers whether it did. */
  refresh(): boolean;
  /** Forgets what a transaction that was undone had given. */
  forget(): void;
  /** A row for a copy of the message with this number. `fresh` where no watcher can have read past it. */
  nextSeq(number: number | undefined): { seq: number; fresh: boolean };
  nextChange(): number;
  nextNumber(): number;
  raise(number: number): void;
  /** Writes down what no row shows. */
  keep(): void;
}

export function createNumbers(db: Database.Database): Numbers {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  const newest = prepare(
    db,
    sqlite
      .selectFrom('counters')
      .select([
        'seq',
        'number',
        'changed',
        sql<number | null>`(SELECT MAX(seq) FROM messages)`.as('newest_seq'),
        sql<number | null>`(SELECT MAX(changed) FROM messages WHERE changed IS NOT NULL)`.as('newest_change'),
      ]),
  );
  const keep = lazily(db, () => sqlite.updateTable('counters').set({ number: sql`MAX(number, ${given('number')})` }));
  const lastIn = lazily(db, () =>
    sqlite
      .selectFrom('messages')
      .select('seq')
      .where('seq', '>=', given<number>('from'))
      .where('seq', '<=', given<number>('to'))
      .orderBy('seq', 'desc')
      .limit(1),
  );
  const lowest = prepare(db, sqlite.selectFrom('messages').select(sql<number | null>`MIN(seq)`.as('seq')));
  let version: number | undefined;
  let seq = 0;
  let number = 0;
  let changed = 0;
  /** The highest number that a fresh look would find. */
  let visible = 0;

  return {
    refresh() {
      const now = dataVersion.get();
      if (now === version) return false;
      const row = newest.get();
      if (!row) throw new Error('The row of counters is missing.');
      seq = Math.max(row.seq, row.newest_seq ?? 0);
      number = Math.max(row.number, numberOfRow(seq));
      changed = Math.max(row.changed, row.newest_change ?? 0);
      visible = number;
      version = now;
      return true;
    },
    forget() {
      version = undefined;
    },
    nextSeq(of) {
      const rows = rowsOfNumber(of);
      if (rows && rows.from > seq) {
        seq = rows.from;
        visible = of ?? 0;
        number = Math.max(number, visible);
        return { seq, fresh: true };
      }
      const last = rows ? (lastIn().get(rows)?.seq ?? rows.from - 1) : Number.POSITIVE_INFINITY;
      if (!rows || last >= rows.to) return { seq: Math.min(0, lowest.get()?.seq ?? 0) - 1, fresh: false };
      const fresh = last + 1 > seq;
      seq = Math.max(seq, last + 1);
      return { seq: last + 1, fresh };
    },
    nextChange: () => ++changed,
    nextNumber: () => ++number,
    raise(to) {
      number = Math.max(number, to);
    },
    keep() {
      if (visible >= number) return;
      keep().run({ number });
      visible = number;
    },
  };
}
