import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { createSqliteStore, type SqliteStoreOptions } from '../../../src/store/sqlite/sqlite-store.ts';
import type { Draft, Store } from '../../../src/store/store.ts';
import { draftOf, testOptions } from '../conformance.ts';

/** A store on a database of its own in a temporary directory, and the tools to look at it from outside. */
export interface TestDatabase {
  root: string;
  options: ReturnType<typeof testOptions>;
  store: Store;
  /** One more store on the same database. */
  another(change?: Partial<SqliteStoreOptions>): Promise<Store>;
  /** What `sqlite3 messages.db` would answer. */
  select(sql: string): Record<string, unknown>[];
  /** Changes the database behind the store's back. */
  edit(sql: string): void;
  sent(change?: Partial<Draft>, recipients?: string[]): Promise<string>;
}

export function temporaryRoot(): string {
  const root = mkdtempSync(path.join(tmpdir(), 'comms-sqlite-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

export async function testDatabase(change: Partial<SqliteStoreOptions> = {}): Promise<TestDatabase> {
  const root = temporaryRoot();
  const options = testOptions();
  const another = async (more: Partial<SqliteStoreOptions> = {}) => {
    const store = await createSqliteStore({ ...options, root, synchronous: 'NORMAL', busyTimeoutMs: 5_000, ...change, ...more });
    onTestFinished(() => store.close());
    return store;
  };
  const store = await another();
  const withRaw = <T>(use: (db: Database.Database) => T): T => {
    const db = new Database(path.join(root, 'messages.db'));
    try {
      return use(db);
    } finally {
      db.close();
    }
  };
  return {
    root,
    options,
    store,
    another,
    select: (sql) => withRaw((db) => db.prepare<[], Record<string, unknown>>(sql).all()),
    edit: (sql) => withRaw((db) => void db.exec(sql)),
    sent: async (draft = {}, recipients = ['gpt']) => (await store.deliver({ draft: draftOf(options, draft), recipients })).message.id,
  };
}
