import type Database from 'better-sqlite3';
import type { Problem } from '../../message/message.ts';
import { type SchemaPart, schemaParts } from './schema.ts';
import { DATABASE_FILE } from './sqlite-errors.ts';

/** What is wrong with the database itself: its pages, its schema, its journal mode. Changes nothing. */
export function databaseProblems(db: Database.Database): Problem[] {
  return [...damage(db), ...differingParts(db).map(partProblem), ...journalProblems(db)];
}

/** Makes indexes, views and triggers that are missing or other than they should be, and puts indexes right. */
export function mendSchema(db: Database.Database): void {
  for (const { part, found } of differingParts(db)) {
    // A table that is other than it should be holds messages; nobody but its owner knows what to do with it.
    if (part.kind === 'table' && found) continue;
    if (found) db.exec(`DROP ${part.kind} ${part.name}`);
    db.exec(part.sql);
  }
  if (damage(db).length > 0) db.exec('REINDEX');
}

interface Difference {
  part: SchemaPart;
  /** Whether there is something of this name. */
  found: boolean;
}

function differingParts(db: Database.Database): Difference[] {
  const rows = db.prepare<[], { name: string; sql: string }>('SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL').all();
  const found = new Map(rows.map(({ name, sql }) => [name, sql]));
  return schemaParts()
    .filter(({ name, sql }) => stored(found.get(name) ?? '') !== stored(sql))
    .map((part) => ({ part, found: found.has(part.name) }));
}

/** SQLite writes the first words in its own way. */
function stored(sql: string): string {
  return sql.replace(/^CREATE\s+\w+/i, (words) => words.toUpperCase());
}

function partProblem({ part: { kind, name }, found }: Difference): Problem {
  const mendable = kind !== 'table' || !found;
  return {
    severity: 'error',
    code: found ? 'SCHEMA_DIFFERS' : `MISSING_${kind.toUpperCase()}`,
    file: DATABASE_FILE,
    message: found ? `The ${kind} ${name} is not as comms made it` : `The ${kind} ${name} is missing`,
    hint: mendable ? 'Run "comms doctor --fix" to make it.' : `Look at it with: sqlite3 ${DATABASE_FILE} ".schema ${name}"`,
  };
}

function damage(db: Database.Database): Problem[] {
  const rows = db.pragma('quick_check(20)') as { quick_check: string }[];
  return rows
    .map(({ quick_check }) => quick_check)
    .filter((text) => text !== 'ok')
    .map((text) => ({
      severity: 'error',
      code: 'DAMAGED',
      file: DATABASE_FILE,
      message: text.split('\n')[0] ?? text,
      hint: `"comms doctor --fix" mends indexes; for more than those: sqlite3 ${DATABASE_FILE} .recover`,
    }));
}

function journalProblems(db: Database.Database): Problem[] {
  const mode = String(db.pragma('journal_mode', { simple: true }));
  if (mode === 'wal') return [];
  return [
    {
      severity: 'warning',
      code: 'NOT_WAL',
      file: DATABASE_FILE,
      message: `The database is in journal mode "${mode}", in which readers and writers wait for one another`,
      hint: 'A file system without shared memory, such as a network share, cannot do better.',
    },
  ];
}
