import type Database from 'better-sqlite3';
import { CommsError } from '../../errors.ts';

type Library = typeof Database;

/** Older ones can damage a database with several writers (the WAL-reset bug). */
export const OLDEST_SQLITE = '3.51.3';

/** Loads better-sqlite3, an optional dependency. @throws DRIVER_MISSING where it is not installed or does not fit this machine */
export async function loadLibrary(): Promise<Library> {
  try {
    return (await import('better-sqlite3')).default;
  } catch (cause) {
    throw driverMissing(cause);
  }
}

/** @throws DRIVER_MISSING where a database cannot be opened, or not safely */
export async function assertUsable(): Promise<void> {
  const Library = await loadLibrary();
  let db: Database.Database;
  try {
    db = new Library(':memory:');
  } catch (error) {
    throw driverMissing(error);
  }
  refuseOldSqlite(sqliteVersion(db));
  db.close();
}

export function sqliteVersion(db: Database.Database): string {
  return String(db.prepare('SELECT sqlite_version()').pluck().get());
}

/** Opening is what loads the native part, so it can fail like loading. */
export function driverMissing(cause: unknown): CommsError {
  const reason = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
  return new CommsError('DRIVER_MISSING', `The SQLite store needs the package better-sqlite3, which cannot be loaded: ${reason}`, {
    hint: 'Install it beside comms with: npm install better-sqlite3 - or go back to files with "store": "files" in config.json.',
    details: { package: 'better-sqlite3' },
    cause,
  });
}

/** @throws DRIVER_MISSING for a SQLite that is older than `oldest` */
export function refuseOldSqlite(version: string, oldest = OLDEST_SQLITE): void {
  if (!isOlder(version, oldest)) return;
  throw new CommsError(
    'DRIVER_MISSING',
    `better-sqlite3 brings SQLite ${version}, which can damage a database that several write; ${oldest} or newer is needed.`,
    { hint: 'Update it with: npm install better-sqlite3@latest', details: { version, oldest } },
  );
}

/** Whether a version such as "3.51.2" comes before another; by its numbers, not by its characters. */
export function isOlder(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number));
  for (let n = 0; n < Math.max(a?.length ?? 0, b?.length ?? 0); n++) {
    const difference = (a?.[n] ?? 0) - (b?.[n] ?? 0);
    if (difference !== 0) return difference < 0;
  }
  return false;
}
