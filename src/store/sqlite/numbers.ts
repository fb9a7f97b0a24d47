import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import { given, lazily, prepare, sqlite } from './kysely.ts';

/**
 * The last numbers that were given: to a row, in an id, to a change. They are read off the newest rows, so that a send
 * writes no counter; the table of counters knows of those whose rows are gone. To be used inside a write transaction.
 */
export interface Numbers {
  /** Looks again, where another connection has written since or something was forgotten; answers whether it did. */
  refresh(): boolean;
  /** Forgets what a transaction that was undone had given. */
  forget(): void;
  nextSeq(): number;
  nextChange(): number;
  nextNumber(): number;
  raise(number: number): void;
  /** A row was put in, with this number in its id. */
  shown(number: number | null): void;
  /** Writes down what no row shows. */
  keep(): void;
}

export function createNumbers(db: Database.Database): Numbers {
  const dataVersion = db.prepare<[], number>('PRAGMA data_version').pluck();
  const newest = prepare(
    db,
    sqlite
      .selectFrom('counters')
      .select((counters) => [
        'seq',
        'number',
        'changed',
        counters.selectFrom('messages').select('messages.seq').orderBy('messages.seq', 'desc').limit(1).as('newest_seq'),
        counters.selectFrom('messages').select('messages.number').orderBy('messages.seq', 'desc').limit(1).as('newest_number'),
        sql<number | null>`(SELECT MAX(changed) FROM messages WHERE changed IS NOT NULL)`.as('newest_change'),
      ]),
  );
  const keep = lazily(db, () =>
    sqlite.updateTable('counters').set({ number: sql`MAX(number, ${given('number')})`, seq: sql`MAX(seq, ${given('seq')})` }),
  );
  let version: number | undefined;
  let seq = 0;
  let number = 0;
  let changed = 0;
  /** The highest number that a fresh look would find. */
  let visible = 0;
  let kept = 0;

  return {
    refresh() {
      const now = dataVersion.get();
      if (now === version) return false;
      const row = newest.get();
      if (!row) throw new Error('The row of counters is missing.');
      seq = Math.max(row.seq, row.newest_seq ?? 0);
      number = Math.max(row.number, row.newest_number ?? 0);
      changed = Math.max(row.changed, row.newest_change ?? 0);
      visible = number;
      kept = row.number;
      version = now;
      return true;
    },
    forget() {
      version = undefined;
    },
    nextSeq: () => ++seq,
    nextChange: () => ++changed,
    nextNumber: () => ++number,
    raise(to) {
      number = Math.max(number, to);
    },
    shown(of) {
      visible = Math.max(kept, of ?? 0);
      number = Math.max(number, visible);
    },
    keep() {
      if (visible === number) return;
      keep().run({ number, seq });
      visible = number;
      kept = number;
    },
  };
}
