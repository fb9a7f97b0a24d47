import type Database from 'better-sqlite3';
import { formatId, idNumber } from '../../message/ids.ts';
import type { Message } from '../../message/message.ts';
import { uidOf } from '../../message/uid.ts';
import type { StoreOptions } from '../options.ts';
import type { Session } from '../session.ts';
import type { Copy } from '../store.ts';
import { type AgentTable, createBuckets } from './agent-table.ts';
import type { Numbers } from './numbers.ts';
import { type CopyQueries, rowsWithId } from './queries.ts';
import { type CopyRow, copyIn, deadLetterValues, messageValues } from './rows.ts';
import type { MessagesTable } from './tables.ts';
import { PRIORITY_NUMBERS } from './words.ts';

export interface SessionParts {
  db: Database.Database;
  queries: CopyQueries;
  numbers: Numbers;
  agents: AgentTable;
}

/** The session of one connection, for one write transaction after the other. */
export interface ConnectionSession extends Session {
  /** The transaction's time. */
  now: number;
  /** Forgets what another connection, or an undone transaction, may have changed. */
  forget(): void;
}

export function createSession({ db, queries, numbers, agents }: SessionParts, options: StoreOptions): ConnectionSession {
  const { rules, newUid } = options;
  const buckets = createBuckets(db);
  /** When the next copy of an inbox comes due, as far as it is known: asked at every send, and changed at few. */
  const dues = new Map<string, number | undefined>();

  const rowOf = ({ inbox, section, message }: Copy): CopyRow => {
    const rows = section === 'dead' ? queries.deadWithId().all({ id: message.id }) : rowsWithId(queries, message.id);
    const here = rows.filter((row) => row.inbox === inbox && row.section === section);
    const isIt = (row: CopyRow) => {
      const copy = copyIn(row);
      return copy !== undefined && uidOf(copy.message) === uidOf(message);
    };
    const row = here.length === 1 ? here[0] : here.find(isIt);
    if (!row) throw new Error(`The copy ${inbox}/${message.id} is not in the database.`);
    return row;
  };
  const removeRow = ({ inbox, section, seq }: CopyRow) => {
    (section === 'dead' ? queries.removeDead() : queries.remove()).run({ seq });
    dues.delete(inbox);
  };
  const rewrite = (row: CopyRow, section: MessagesTable['section'], message: Message) => {
    const values = messageValues(row.inbox, section, message);
    values.seq = row.seq;
    values.changed = numbers.nextChange();
    queries.update().run(values);
    dues.delete(row.inbox);
  };
  const insert: Session['insert'] = (inbox, section, message) => {
    // Nobody gets an inbox back by what is dead or held of it.
    const isRead = section === 'active' || section === 'archived';
    if (isRead && (!session.hasInbox(inbox) || !agents.has(inbox))) session.addInbox(inbox);
    if (section === 'dead') {
      queries.insertDead().run(deadLetterValues(inbox, message, session.now));
      return;
    }
    const values = messageValues(inbox, section, message);
    const { seq, fresh } = numbers.nextSeq(idNumber(message.id));
    values.seq = seq;
    values.changed = fresh ? null : numbers.nextChange();
    queries.insert().run(values);
    if (values.due_at !== null) dues.delete(inbox);
  };

  const session: ConnectionSession = {
    now: 0,
    rules,
    newUid,
    forget() {
      agents.forget();
      dues.clear();
    },
    nextId: () => formatId(numbers.nextNumber()),
    raiseLastNumber: numbers.raise,
    hasInbox: (inbox) => agents.has(inbox) || options.agents.includes(inbox) || Object.hasOwn(rules.groups, inbox),
    inboxes: () => [...agents.names(), ...Object.keys(rules.groups)],
    inboxesWith: (section) =>
      (section === 'dead' ? queries.inboxesWithDead().all({}) : queries.inboxesWith().all({ section })).map(({ inbox }) => inbox),
    addInbox: (inbox) => agents.add(inbox),
    removeInbox: (inbox) => agents.remove(inbox),

    copies: (inbox, section) =>
      copiesIn(section === 'dead' ? queries.deadIn().all({ inbox }) : queries.inSection().all({ inbox, section })),
    candidates: (inbox, passes) => PRIORITIES.flatMap((priority) => oldest(queries, { inbox, priority }, passes)),
    due: (inbox) => copiesIn(queries.dueOf().all({ inbox, now: session.now })),
    completed: (inbox) => copiesIn(queries.completed().all({ inbox })),
    completedCount: (inbox) => queries.completedCount().get({ inbox })?.count ?? 0,
    find(id, inbox) {
      const rows = [...rowsWithId(queries, id), ...queries.deadWithId().all({ id })];
      return copiesIn(rows.filter((row) => inbox === undefined || row.inbox === inbox)).filter(({ message }) => message.id === id);
    },
    sentWith(sender, key) {
      const isIt = ({ message }: Copy) => message.sender === sender && message.idempotency_key === key;
      return copiesIn([...queries.withKey().all({ key }), ...queries.deadWithKey().all({ key })]).filter(isIt);
    },
    insert,
    update(copy, message) {
      const row = rowOf(copy);
      if (copy.section === 'dead' || copy.message.id !== message.id) {
        insert(copy.inbox, copy.section, message);
        removeRow(row);
      } else rewrite(row, copy.section, message);
    },
    move(copy, section, message) {
      const row = rowOf(copy);
      if (section === 'dead' || copy.section === 'dead') {
        insert(copy.inbox, section, message);
        removeRow(row);
      } else rewrite(row, section, message);
    },
    remove(copy) {
      removeRow(rowOf(copy));
    },
    // Archived copies are out of the way already: nothing is rewritten for them.
    rotate: () => 0,
    dueAt(inbox) {
      if (!dues.has(inbox)) dues.set(inbox, queries.firstDue().get({ inbox })?.due_at ?? undefined);
      return dues.get(inbox);
    },
    bucket: buckets.get,
    setBucket: buckets.set,
  };
  return session;
}

/** From the most urgent. */
const PRIORITIES = Object.values(PRIORITY_NUMBERS).sort((a, b) => b - a);

/**
 * Of the waiting copies of one priority those that may come first: the oldest that passes, and what is as old. What cannot
 * be dated does not rise, so the oldest dated one is wanted beside it.
 */
function oldest(queries: CopyQueries, place: { inbox: string; priority: number }, passes: (message: Message) => boolean): Copy[] {
  const found: Copy[] = [];
  let age: number | null = null;
  for (const row of queries.waiting().iterate(place)) {
    if (age !== null && row.sent_at !== age) break;
    const copy = copyIn(row);
    if (!copy || !passes(copy.message)) continue;
    found.push(copy);
    age = row.sent_at;
    // Rows above 0 are in the order of their ids, so that of those that are as old this one is the first.
    if (age !== null && row.seq > 0) break;
  }
  return found;
}

function copiesIn(rows: readonly CopyRow[]): Copy[] {
  return rows.flatMap((row) => copyIn(row) ?? []);
}
