import type Database from 'better-sqlite3';
import type { Session } from '../session.ts';
import type { Outcome } from '../write-queue.ts';
import type { AgentTable } from './agent-table.ts';
import { createPatience, onceFreeNow, type Patience } from './busy.ts';
import type { Numbers } from './numbers.ts';
import { inOurTerms, sqliteError } from './sqlite-errors.ts';
import type { ConnectionSession } from './sqlite-session.ts';

export type Verb = (session: Session) => unknown;

interface Parts {
  db: Database.Database;
  numbers: Numbers;
  agents: AgentTable;
  session: ConnectionSession;
  clock: () => number;
  /** How long to wait for writers in other processes. */
  patience: Patience;
  /** Called after each commit, with how many verbs it had. */
  committed: (verbs: number) => void;
}

/** Runs verbs in write transactions, and readers on one state of the database. */
export function createTransactions({ db, numbers, agents, session, clock, patience, committed }: Parts) {
  const statement = (sql: string) => {
    const prepared = db.prepare(sql);
    return () => prepared.run();
  };
  const { onceFree } = createPatience(patience);
  const begin = statement('BEGIN IMMEDIATE');
  const beginReading = statement('BEGIN');
  const commit = statement('COMMIT');
  const rollback = statement('ROLLBACK');
  const save = statement('SAVEPOINT verb');
  const release = statement('RELEASE verb');
  const undo = statement('ROLLBACK TO verb');

  const refresh = () => {
    if (numbers.refresh()) session.forget();
  };
  const abandon = () => {
    numbers.forget();
    if (db.inTransaction) rollback();
  };
  const run = (verb: Verb): Outcome => {
    try {
      return { value: verb(session) };
    } catch (error) {
      return { error: sqliteError(error) };
    }
  };
  /** One verb of several: when it throws, only what it did itself is undone. */
  const runAmongOthers = (verb: Verb): Outcome => {
    save();
    const outcome = run(verb);
    if ('error' in outcome) {
      // SQLite undoes the whole transaction itself where the disk is full or fails.
      if (!db.inTransaction) throw outcome.error;
      undo();
      numbers.forget();
      refresh();
    } else numbers.keep();
    release();
    return outcome;
  };

  const readOnce = <T>(look: () => T): T => {
    beginReading();
    try {
      agents.forget();
      return look();
    } finally {
      if (db.inTransaction) commit();
    }
  };

  // From the beginning to the end without a pause: nobody else may come to the connection in between.
  const writeOnce = (verbs: readonly Verb[], runOne = run): Outcome[] => {
    begin();
    try {
      refresh();
      session.now = clock();
      const outcomes = verbs.map(runOne);
      // Savepoints cost time, and most batches need none: only where a verb threw all begin again with them.
      if (runOne === run && verbs.length > 1 && outcomes.some((outcome) => 'error' in outcome)) {
        abandon();
        return writeOnce(verbs, runAmongOthers);
      }
      if (outcomes.every((outcome) => 'error' in outcome)) {
        abandon();
        return outcomes;
      }
      numbers.keep();
      commit();
      committed(verbs.length);
      return outcomes;
    } catch (error) {
      abandon();
      throw sqliteError(error);
    }
  };

  return {
    /** Runs the verbs in one transaction. @throws what fails all of them */
    async write(verbs: readonly Verb[]): Promise<Outcome[]> {
      try {
        return await onceFree(() => writeOnce(verbs));
      } catch (error) {
        throw sqliteError(error);
      }
    },
    /** Reads one state of the database, whatever others write meanwhile. */
    read<T>(look: () => T): T {
      return inOurTerms(() => onceFreeNow(() => readOnce(look), patience));
    },
  };
}
