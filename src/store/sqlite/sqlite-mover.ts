import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Mover } from '../mover.ts';
import { createPatience } from './busy.ts';
import { openDatabase } from './database.ts';
import { DATABASE_FILE, inOurTerms, MOVED_TO, sqliteError } from './sqlite-errors.ts';

/** With what SQLite keeps beside the database; they belong together. */
const FILES = [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`];
const TABLES = ['messages', 'dead_letter_queue', 'agents', 'channel_subscriptions'];
const CHANGES = ['INSERT', 'UPDATE', 'DELETE'];

/**
 * A write transaction keeps others from writing. A database that was left gets triggers that refuse every change, so that
 * whoever still has it open is told, with whatever program.
 */
export const sqliteMover: Mover = {
  async hold(root, { busyTimeoutMs }) {
    const db = await openDatabase({ root, synchronous: 'FULL', busyTimeoutMs });
    const triggers = TABLES.flatMap((table) =>
      CHANGES.map((change) => ({ name: `moved_${table}_${change.toLowerCase()}`, table, change })),
    );
    try {
      await createPatience({ timeoutMs: busyTimeoutMs }).onceFree(() => db.exec('BEGIN IMMEDIATE'));
      // Of a move that was cut off before config.json named the other store: this one is still the one in use.
      for (const { name } of triggers) db.exec(`DROP TRIGGER IF EXISTS ${name}`);
    } catch (error) {
      db.close();
      throw sqliteError(error);
    }
    return {
      assert: () => undefined,
      shut(to) {
        inOurTerms(() => {
          for (const { name, table, change } of triggers) {
            db.exec(`CREATE TRIGGER ${name} BEFORE ${change} ON ${table} BEGIN SELECT RAISE(ABORT, '${MOVED_TO}${to}'); END`);
          }
          db.exec('COMMIT');
          db.pragma('wal_checkpoint(TRUNCATE)');
        });
      },
      async release() {
        try {
          if (db.inTransaction) db.exec('COMMIT');
        } finally {
          db.close();
        }
      },
    };
  },
  files: (root) => FILES.filter((name) => existsSync(path.join(root, name))),
};
