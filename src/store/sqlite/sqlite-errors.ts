import { CommsError, errnoOf } from '../../errors.ts';
import { storeMoved } from '../moved.ts';

/** The database's file in the workspace, and what SQLite puts beside it. */
export const DATABASE_FILE = 'messages.db';
/** What the triggers of a database say that was left for another store, before its name. */
export const MOVED_TO = 'comms: moved to ';

/** What a failure of SQLite means to a caller; other errors come back as they are. */
export function sqliteError(error: unknown): unknown {
  if (error instanceof CommsError) return error;
  const code = errnoOf(error);
  if (!(error instanceof Error) || code === undefined || !code.startsWith('SQLITE_')) return error;
  if (code === 'SQLITE_CONSTRAINT_TRIGGER' && error.message.startsWith(MOVED_TO)) {
    return storeMoved({ from: 'sqlite', to: error.message.slice(MOVED_TO.length) });
  }
  const extras = { cause: error, details: { file: DATABASE_FILE, sqlite: code } };
  if (/^SQLITE_(BUSY|LOCKED)/.test(code)) {
    return new CommsError('LOCK_TIMEOUT', `${DATABASE_FILE} is locked by another process.`, {
      hint: 'Try again; look for a program that keeps a transaction open, or raise sqlite.busy_timeout in config.json.',
      ...extras,
    });
  }
  if (code === 'SQLITE_FULL') {
    return new CommsError('DISK_FULL', `The disk is full: ${DATABASE_FILE} was not written.`, {
      hint: 'Nothing was changed. Free some space and run the command again.',
      ...extras,
    });
  }
  if (/^SQLITE_(READONLY|CANTOPEN|PERM|AUTH)/.test(code)) {
    return new CommsError('NOT_WRITABLE', `Cannot write ${DATABASE_FILE}: ${error.message} (${code}).`, {
      hint: 'Check who owns the workspace and whether it is read-only; --workspace DIR names another one.',
      ...extras,
    });
  }
  if (/^SQLITE_(CORRUPT|NOTADB)/.test(code)) {
    return new CommsError('INVALID_WORKSPACE', `${DATABASE_FILE} is damaged: ${error.message} (${code}).`, {
      hint: `Save the file, recover what can be read with: sqlite3 ${DATABASE_FILE} .recover`,
      ...extras,
    });
  }
  if (/^SQLITE_IOERR/.test(code)) {
    return new CommsError('IO_ERROR', `Cannot read or write ${DATABASE_FILE}: ${error.message} (${code}).`, {
      hint: 'Nothing was changed; try again once the disk is well.',
      ...extras,
    });
  }
  return error;
}

/** Runs something on the database, with its errors in the caller's terms. */
export function inOurTerms<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw sqliteError(error);
  }
}
