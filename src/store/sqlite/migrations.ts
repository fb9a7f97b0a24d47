import type Database from 'better-sqlite3';
import { CommsError } from '../../errors.ts';
import { schemaParts } from './schema.ts';
import { DATABASE_FILE } from './sqlite-errors.ts';

/** Steps from one version of the schema to the next; the first makes version 1 of an empty database. Never change one that was released. */
export const MIGRATIONS: readonly ((db: Database.Database) => void)[] = [makeSchema];

/**
 * Brings the database to the newest version of the schema, all steps in one transaction. @throws INVALID_WORKSPACE for one
 * that a newer comms made, or that is not ours
 */
export function migrate(db: Database.Database, migrations = MIGRATIONS): void {
  if (versionOf(db) === migrations.length) return;
  refuseNewer(versionOf(db), migrations.length);
  db.exec('BEGIN IMMEDIATE');
  try {
    // Another process may have done it in between.
    const version = versionOf(db);
    refuseNewer(version, migrations.length);
    for (const step of migrations.slice(version)) step(db);
    db.pragma(`user_version = ${migrations.length}`);
    db.exec('COMMIT');
  } catch (error) {
    if (db.inTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

export function versionOf(db: Database.Database): number {
  return Number(db.pragma('user_version', { simple: true }));
}

function refuseNewer(version: number, known: number): void {
  if (version <= known) return;
  throw new CommsError('INVALID_WORKSPACE', `${DATABASE_FILE} has version ${version} of its schema; this comms knows up to ${known}.`, {
    hint: 'Update comms: npm install -g agent-comms-cli@latest',
    details: { file: DATABASE_FILE, version, known },
  });
}

function makeSchema(db: Database.Database): void {
  const foreign = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' LIMIT 1").pluck().get();
  if (foreign !== undefined) {
    throw new CommsError(
      'INVALID_WORKSPACE',
      `${DATABASE_FILE} was not made by comms: it has a table "${String(foreign)}" and no version.`,
      {
        hint: `Move it out of the workspace; comms makes a new one.`,
        details: { file: DATABASE_FILE, table: foreign },
      },
    );
  }
  for (const { sql } of schemaParts()) db.exec(sql);
  db.exec('INSERT INTO counters (seq, number, changed) VALUES (0, 0, 0)');
}
