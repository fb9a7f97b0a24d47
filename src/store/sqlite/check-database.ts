import type Database from 'better-sqlite3';
import { checkedAfter } from '../checked-after.ts';
import { giveIds } from '../give-ids.ts';
import type { StoreOptions } from '../options.ts';
import type { Checked, CheckOptions } from '../store.ts';
import type { Transact } from '../verbs/over-session.ts';
import type { AgentTable } from './agent-table.ts';
import { differingRows, rowProblems } from './row-problems.ts';
import { databaseProblems, mendSchema } from './schema-problems.ts';

export interface CheckParts {
  db: Database.Database;
  agents: AgentTable;
  options: StoreOptions;
  transact: Transact;
  /** Reads one state of the database. */
  read: <T>(look: () => T) => T;
}

/**
 * What is wrong with the database. With `fix` what can be mended without a decision is mended: indexes, triggers and
 * columns are made again from the messages, and ANALYZE is run. The messages themselves are left as they are.
 */
export async function checkDatabase({ db, agents, options, transact, read }: CheckParts, { fix = false }: CheckOptions): Promise<Checked> {
  const look = () => read(() => [...databaseProblems(db), ...rowProblems(db, agents, options)]);
  const before = look();
  if (!fix) return { problems: before, fixed: [] };
  const renamed = await transact((session) => {
    mendSchema(db);
    for (const { copy } of differingRows(db)) session.update(copy, copy.message);
    const given = giveIds(session);
    db.exec('ANALYZE');
    return given;
  });
  return checkedAfter(before, look(), renamed);
}
