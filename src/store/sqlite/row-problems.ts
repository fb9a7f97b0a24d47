import type Database from 'better-sqlite3';
import type { Message, Problem } from '../../message/message.ts';
import { duplicateIds, messageProblems } from '../message-problems.ts';
import type { StoreOptions } from '../options.ts';
import type { Copy } from '../store.ts';
import type { AgentTable } from './agent-table.ts';
import type { Values } from './kysely.ts';
import { copyIn, messageValues } from './rows.ts';
import { DATABASE_FILE } from './sqlite-errors.ts';

/** What is wrong with the rows: messages that cannot be read or are not valid, and columns that say something else. */
export function rowProblems(db: Database.Database, agents: AgentTable, options: StoreOptions): Problem[] {
  const { copies, problems } = readAll(db);
  const registered = [...options.agents];
  const inMessages = copies.flatMap((copy) =>
    messageProblems(copy.message, { inbox: copy.section === 'dead' ? undefined : copy.inbox, agents: registered }).map((problem) => ({
      ...problem,
      file: DATABASE_FILE,
      message: `${copy.message.id} of ${copy.inbox}: ${problem.message}`,
    })),
  );
  return [
    ...problems,
    ...inMessages,
    ...duplicateIds(copies).map((problem) => ({ ...problem, file: DATABASE_FILE })),
    ...differingRows(db).map(({ copy, columns }) =>
      problem('COLUMNS_DIFFER', `${copy.message.id} of ${copy.inbox}: ${columns.join(', ')} not as the envelope has it`),
    ),
    ...strangers(agents, copies, options),
  ];
}

/** Copies whose columns were changed without the envelope, with the names of the columns. */
export function differingRows(db: Database.Database): { copy: Copy; seq: number; columns: string[] }[] {
  const rows = db.prepare<[], Values & { seq: number }>('SELECT * FROM messages WHERE json_valid(envelope) ORDER BY seq').all();
  return rows.flatMap((row) => {
    const section = row.section === 'archived' || row.section === 'held' ? row.section : 'active';
    const copy = copyIn({ seq: row.seq, inbox: String(row.inbox), section, envelope: String(row.envelope) });
    if (!copy) return [];
    const { last_delivered_at: _, ...expected } = messageValues(copy.inbox, section, copy.message);
    // What is bound as text loses lone surrogates.
    const columns = Object.keys(expected).filter((name) => bound(expected[name]) !== row[name]);
    return columns.length > 0 ? [{ copy, seq: row.seq, columns }] : [];
  });
}

function readAll(db: Database.Database): { copies: Copy[]; problems: Problem[] } {
  const query = `SELECT seq, id, inbox, section, envelope FROM messages
    UNION ALL SELECT seq, id, inbox, 'dead', original_message FROM dead_letter_queue`;
  const problems: Problem[] = [];
  const copies: Copy[] = [];
  for (const row of db
    .prepare<[], { seq: number; id: string; inbox: string; section: Copy['section']; envelope: string }>(query)
    .iterate()) {
    const copy = copyIn(row);
    if (isMessage(copy)) copies.push(copy);
    else problems.push(problem('BAD_JSON', `${row.id} of ${row.inbox}: its envelope cannot be read, so no command shows it`));
  }
  return { copies, problems };
}

function isMessage(copy: Copy | undefined): copy is Copy {
  const message: unknown = copy?.message;
  return typeof message === 'object' && message !== null && typeof (message as Message).id === 'string';
}

/** Inboxes that nobody reads. */
function strangers(agents: AgentTable, copies: readonly Copy[], { agents: registered, rules }: StoreOptions): Problem[] {
  const inboxes = new Set([...agents.names(), ...copies.filter(({ section }) => section === 'active').map(({ inbox }) => inbox)]);
  return [...inboxes]
    .filter((inbox) => !registered.includes(inbox) && !Object.hasOwn(rules.groups, inbox))
    .map((inbox) => ({
      severity: 'warning',
      code: 'UNKNOWN_AGENT',
      file: DATABASE_FILE,
      message: `${inbox} has an inbox and is not registered`,
      hint: `Run "comms agents add ${inbox}".`,
    }));
}

function bound(value: unknown): unknown {
  return typeof value === 'string' ? Buffer.from(value, 'utf8').toString('utf8') : value;
}

function problem(code: string, message: string): Problem {
  const mendable = code !== 'BAD_JSON';
  return {
    severity: 'error',
    code,
    file: DATABASE_FILE,
    message,
    ...(mendable ? { hint: 'Run "comms doctor --fix" to mend it.' } : {}),
  };
}
