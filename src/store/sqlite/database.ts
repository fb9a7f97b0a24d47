import path from 'node:path';
import type Database from 'better-sqlite3';
import { errnoOf } from '../../errors.ts';
import { onceFreeNow } from './busy.ts';
import { driverMissing, loadLibrary, refuseOldSqlite, sqliteVersion } from './library.ts';
import { migrate } from './migrations.ts';
import { DATABASE_FILE, inOurTerms } from './sqlite-errors.ts';

export interface DatabaseOptions {
  /** The workspace's directory, absolute. */
  root: string;
  /** FULL syncs the log at every commit; NORMAL may lose the last commits when the machine, not the process, goes down. */
  synchronous: 'FULL' | 'NORMAL';
  /** How long to wait for a writer in another process, in ms. */
  busyTimeoutMs: number;
}

/** Small pages, since a commit writes a page for each place that it touches. */
const PAGE_BYTES = 2048;
/** In KiB, as the guide has it. */
const CACHE_KIB = 64_000;
/** Past this many pages, 128 MB, every commit tries to write the log back, should checkpoints.ts not have come to it. */
const CHECKPOINT_PAGES = 65_536;

/**
 * Opens messages.db in the workspace, makes it where there is none, and brings its schema up to date.
 * @throws DRIVER_MISSING, INVALID_WORKSPACE, LOCK_TIMEOUT, NOT_WRITABLE, DISK_FULL, IO_ERROR
 */
export async function openDatabase(options: DatabaseOptions): Promise<Database.Database> {
  const Library = await loadLibrary();
  const db = inOurTerms(() => open(Library, options));
  try {
    inOurTerms(() => {
      refuseOldSqlite(sqliteVersion(db));
      configure(db, options);
      migrate(db);
    });
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function open(Library: typeof Database, { root, busyTimeoutMs }: DatabaseOptions): Database.Database {
  try {
    // The timeout is set with the opening, before anything can meet a lock.
    return new Library(path.join(root, DATABASE_FILE), { timeout: busyTimeoutMs });
  } catch (error) {
    if (errnoOf(error)?.startsWith('SQLITE_') || error instanceof TypeError) throw error;
    throw driverMissing(error);
  }
}

function configure(db: Database.Database, { synchronous, busyTimeoutMs }: DatabaseOptions): void {
  db.pragma(`page_size = ${PAGE_BYTES}`);
  // For this change SQLite does not wait by itself, where two processes make a database at once.
  onceFreeNow(() => db.pragma('journal_mode = WAL'), { timeoutMs: busyTimeoutMs });
  db.pragma(`synchronous = ${synchronous}`);
  db.pragma(`cache_size = -${CACHE_KIB}`);
  db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
}
