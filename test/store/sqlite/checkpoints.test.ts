import { statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createCheckpoints } from '../../../src/store/sqlite/checkpoints.ts';
import { temporaryRoot, testDatabase } from './database.ts';

/** Another connection to a database in WAL mode, whose own checkpoints are off. */
function connection(root: string): Database.Database {
  const db = new Database(path.join(root, 'messages.db'), { timeout: 20 });
  onTestFinished(() => void db.close());
  db.pragma('journal_mode = WAL');
  db.pragma('wal_autocheckpoint = 0');
  db.exec('CREATE TABLE IF NOT EXISTS lines (line TEXT)');
  return db;
}

function write(db: Database.Database, times: number, then: () => void = () => undefined): void {
  const insert = db.prepare('INSERT INTO lines VALUES (?)');
  for (let n = 0; n < times; n++) {
    insert.run('x'.repeat(1_000));
    then();
  }
}

/** A connection whose first step of a checkpoint, but not the last one, finds a writer that is further than a reader. */
function withOthersAt(root: string, db: Database.Database): Pick<Database.Database, 'prepare'> {
  const [reader, writer] = [connection(root), connection(root)];
  const prepare = (source: string) => {
    const statement = db.prepare(source);
    if (!source.includes('PASSIVE')) return statement;
    const get = () => {
      reader.exec('BEGIN');
      reader.prepare('SELECT COUNT(*) FROM lines').get();
      write(writer, 1);
      const outcome = statement.get();
      reader.exec('COMMIT');
      return outcome;
    };
    return { get };
  };
  return { prepare: prepare as Database.Database['prepare'] };
}

const logSize = (root: string) => statSync(path.join(root, 'messages.db-wal')).size;

describe('the log of the database', () => {
  test('begins anew after so many verbs', () => {
    const root = temporaryRoot();
    const db = connection(root);
    const { committed } = createCheckpoints(db, { verbsBetween: 20, random: () => 1 });
    write(db, 20, () => committed(1));
    const once = logSize(root);
    write(db, 100, () => committed(1));
    expect(logSize(root)).toBeLessThan(once * 1.5);
    // Without, it only grows.
    write(db, 100);
    expect(logSize(root)).toBeGreaterThan(once * 3);
  });

  test('begins anew after as many verbs in fewer commits', () => {
    const root = temporaryRoot();
    const db = connection(root);
    const { committed } = createCheckpoints(db, { verbsBetween: 20, random: () => 1 });
    write(db, 5, () => committed(4));
    const once = logSize(root);
    write(db, 50, () => committed(4));
    expect(logSize(root)).toBeLessThan(once * 1.5);
  });

  test('is written back also by connections that end after one verb each, now and then', () => {
    const root = temporaryRoot();
    const db = connection(root);
    const begun = (random: number) => createCheckpoints(db, { verbsBetween: 20, random: () => random });
    write(db, 40, () => begun(0.5).committed(1));
    const long = logSize(root);
    begun(0.04).committed(1);
    write(db, 20);
    expect(logSize(root)).toBe(long);
  });

  test('begins anew also where others write on while it is written back', () => {
    const root = temporaryRoot();
    const db = connection(root);
    const { committed } = createCheckpoints(withOthersAt(root, db), { verbsBetween: 20, random: () => 1 });
    write(db, 20, () => committed(1));
    const once = logSize(root);
    write(db, 100, () => committed(1));
    expect(logSize(root)).toBeLessThan(once * 1.5);
  });

  test('stays as it is while somebody reads what it holds, and the commit is none the worse', () => {
    const root = temporaryRoot();
    const db = connection(root);
    const reader = connection(root);
    write(db, 5);
    reader.exec('BEGIN');
    const seen = reader.prepare('SELECT COUNT(*) FROM lines').pluck();
    expect(seen.get()).toBe(5);
    const { committed } = createCheckpoints(db, { verbsBetween: 5, random: () => 1 });
    write(db, 20, () => committed(1));
    expect(seen.get()).toBe(5);
    reader.exec('COMMIT');
    expect(seen.get()).toBe(25);
  });

  test('that cannot be written back does not fail who has committed', async () => {
    const root = temporaryRoot();
    const db = connection(root);
    const { committed } = createCheckpoints(db, { verbsBetween: 1, random: () => 1 });
    write(db, 1);
    // SQLite refuses a checkpoint inside a transaction.
    db.exec('BEGIN IMMEDIATE');
    write(db, 1);
    expect(() => committed(1)).not.toThrow();
    db.exec('COMMIT');
  });

  test('is written back by the store: what was sent is in messages.db itself', async () => {
    const { root, sent } = await testDatabase();
    const before = statSync(path.join(root, 'messages.db')).size;
    const many = 2_048;
    await Promise.all(Array.from({ length: many }, () => sent()));
    expect(statSync(path.join(root, 'messages.db')).size).toBeGreaterThan(before + 100_000);
  });
});
