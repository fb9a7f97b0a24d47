import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { CommsError } from '../../../src/errors.ts';
import { isOlder, refuseOldSqlite } from '../../../src/store/sqlite/library.ts';
import { MIGRATIONS, migrate, versionOf } from '../../../src/store/sqlite/migrations.ts';
import { schemaParts } from '../../../src/store/sqlite/schema.ts';
import { sqliteError } from '../../../src/store/sqlite/sqlite-errors.ts';
import { temporaryRoot, testDatabase } from './database.ts';

const refusal = async (promise: Promise<unknown>) => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof CommsError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

describe('the version of SQLite', () => {
  test.each([
    ['3.51.2', true],
    ['3.9.9', true],
    ['3.51', true],
    ['2.99.99', true],
    ['3.51.3', false],
    ['3.51.3.1', false],
    ['3.100.0', false],
    ['4.0.0', false],
  ])('%s is older than 3.51.3: %s', (version, older) => {
    expect(isOlder(version, '3.51.3')).toBe(older);
  });

  test('one with the WAL-reset bug is refused, with what to do', () => {
    expect(() => refuseOldSqlite('3.51.2')).toThrow(
      expect.objectContaining({ code: 'DRIVER_MISSING', hint: expect.stringContaining('npm install better-sqlite3@latest') }),
    );
    expect(() => refuseOldSqlite('3.51.3')).not.toThrow();
  });
});

describe('the schema', () => {
  const rootWith = (make: (db: Database.Database) => void) => {
    const root = temporaryRoot();
    const db = new Database(path.join(root, 'messages.db'));
    make(db);
    db.close();
    return root;
  };
  const open = async (root: string) => (await testDatabase()).another({ root });

  test('an empty database of version 0 is brought to the newest', async () => {
    const root = rootWith((db) => void db.pragma('user_version = 0'));
    const store = await open(root);
    expect((await store.status()).last_message_id).toBeNull();
    const db = new Database(path.join(root, 'messages.db'));
    expect(versionOf(db)).toBe(MIGRATIONS.length);
    db.close();
  });

  test('steps are done in order from the version that is there, all or none', () => {
    const db = new Database(':memory:');
    const steps = [1, 2, 3].map((n) => (at: Database.Database) => void at.exec(`CREATE TABLE step_${n} (x)`));
    const tables = () => db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
    migrate(db, steps.slice(0, 1));
    expect([tables(), versionOf(db)]).toEqual([['step_1'], 1]);
    const broken = () => {
      throw new Error('broken');
    };
    expect(() => migrate(db, [...steps.slice(0, 2), broken])).toThrow('broken');
    expect([tables(), versionOf(db), db.inTransaction]).toEqual([['step_1'], 1, false]);
    migrate(db, steps);
    expect([tables(), versionOf(db)]).toEqual([['step_1', 'step_2', 'step_3'], 3]);
    db.close();
  });

  test('a newer database is refused, and left as it is', async () => {
    const root = rootWith((db) => void db.pragma('user_version = 999'));
    const error = await refusal(open(root));
    expect(error).toMatchObject({ code: 'INVALID_WORKSPACE', hint: expect.stringContaining('agent-comms-cli@latest') });
    expect(error.message).toContain('999');
  });

  test("somebody else's database is refused, and left as it is", async () => {
    const root = rootWith((db) => db.exec('CREATE TABLE messages (id TEXT)'));
    expect(await refusal(open(root))).toMatchObject({ code: 'INVALID_WORKSPACE', message: expect.stringContaining('not made by comms') });
  });

  test('a file that is no database is refused', async () => {
    const root = temporaryRoot();
    writeFileSync(path.join(root, 'messages.db'), 'Dear diary, '.repeat(1_000));
    expect(await refusal(open(root))).toMatchObject({ code: 'INVALID_WORKSPACE' });
  });

  test('is set up as the guide has it: WAL, the busy timeout, the size of the cache', async () => {
    const { select } = await testDatabase();
    expect(select('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
    expect(schemaParts().filter(({ kind }) => kind === 'table')).toHaveLength(7);
  });

  test('many that open a new database at once all can', async () => {
    const { options } = await testDatabase();
    const root = temporaryRoot();
    const { another } = await testDatabase();
    const stores = await Promise.all(Array.from({ length: 8 }, () => another({ ...options, root })));
    expect((await stores[0]?.status())?.agents).toHaveProperty('gpt');
  });
});

describe('failures of SQLite', () => {
  test.each([
    ['SQLITE_BUSY', 'LOCK_TIMEOUT'],
    ['SQLITE_BUSY_SNAPSHOT', 'LOCK_TIMEOUT'],
    ['SQLITE_FULL', 'DISK_FULL'],
    ['SQLITE_READONLY', 'NOT_WRITABLE'],
    ['SQLITE_CANTOPEN', 'NOT_WRITABLE'],
    ['SQLITE_CORRUPT', 'INVALID_WORKSPACE'],
    ['SQLITE_NOTADB', 'INVALID_WORKSPACE'],
    ['SQLITE_IOERR_WRITE', 'IO_ERROR'],
  ])('%s is %s, with a hint', (sqlite, code) => {
    const error = sqliteError(new Database.SqliteError('something', sqlite));
    expect(error).toMatchObject({ code, hint: expect.any(String), details: { sqlite } });
  });

  test('a writer that keeps the lock for too long is LOCK_TIMEOUT, and nothing was sent', async () => {
    const { root, another, store, options } = await testDatabase();
    const holder = new Database(path.join(root, 'messages.db'));
    const impatient = await another({ busyTimeoutMs: 50 });
    holder.exec('BEGIN IMMEDIATE');
    expect(await refusal(impatient.addInbox('late'))).toMatchObject({ code: 'LOCK_TIMEOUT' });
    holder.exec('ROLLBACK');
    holder.close();
    await impatient.addInbox('late');
    expect(Object.keys((await store.status()).agents)).toContain('late');
    expect(options.agents).not.toContain('late');
  });
});

describe('without better-sqlite3', () => {
  /** The command line as it is shipped, in a place where the package cannot be found, or cannot be loaded. */
  const shipped = (broken: boolean) => {
    const root = temporaryRoot();
    const source = path.resolve(import.meta.dirname, '../../..');
    for (const name of ['bin', 'dist', 'schemas', 'package.json'])
      cpSync(path.join(source, name), path.join(root, name), { recursive: true });
    if (broken) {
      mkdirSync(path.join(root, 'node_modules'));
      cpSync(path.join(source, 'node_modules/better-sqlite3/lib'), path.join(root, 'node_modules/better-sqlite3/lib'), { recursive: true });
      cpSync(path.join(source, 'node_modules/better-sqlite3/package.json'), path.join(root, 'node_modules/better-sqlite3/package.json'));
      symlinkSync(path.join(source, 'node_modules/bindings'), path.join(root, 'node_modules/bindings'));
      symlinkSync(path.join(source, 'node_modules/file-uri-to-path'), path.join(root, 'node_modules/file-uri-to-path'));
    }
    return root;
  };
  const comms = async (root: string, ...args: string[]) => {
    const run = promisify(execFile)(process.execPath, [path.join(root, 'bin/comms.js'), ...args, '--json'], { cwd: root });
    return JSON.parse((await run.catch((error: { stdout: string }) => error)).stdout);
  };

  test.each([
    ['is not installed', false],
    ['has no binary for this machine', true],
  ])('that %s: an error that says what to do, and no half workspace', async (_, broken) => {
    const root = shipped(broken);
    const { ok, error } = await comms(root, 'init', '--store', 'sqlite');
    expect(ok).toBe(false);
    expect(error.code).toBe('DRIVER_MISSING');
    expect(error.hint).toContain('npm install better-sqlite3');
    expect(error.hint).toContain('"store": "files"');
    expect(readdirSync(root)).not.toContain('agent-comms');
    mkdirSync(path.join(root, 'agent-comms'));
    const config = { version: '1.0', store: 'sqlite', agents: { claude: {}, gpt: {} } };
    writeFileSync(path.join(root, 'agent-comms/config.json'), JSON.stringify(config));
    expect((await comms(root, 'status')).error.code).toBe('DRIVER_MISSING');
    expect((await comms(root, 'where')).ok).toBe(true);
  });
});
