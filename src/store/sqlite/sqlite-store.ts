import { realpathSync } from 'node:fs';
import path from 'node:path';
import { isoOf } from '../../message/time.ts';
import type { StoreOptions } from '../options.ts';
import type { Store } from '../store.ts';
import { type Transact, verbsOver } from '../verbs/over-session.ts';
import { createWriteQueue } from '../write-queue.ts';
import { createAgentTable } from './agent-table.ts';
import { followCopies } from './changes-since.ts';
import { checkDatabase } from './check-database.ts';
import { createCheckpoints } from './checkpoints.ts';
import { type DatabaseOptions, openDatabase } from './database.ts';
import { createNumbers } from './numbers.ts';
import { copyQueries } from './queries.ts';
import { createReader } from './reader.ts';
import { DATABASE_FILE } from './sqlite-errors.ts';
import { createSession } from './sqlite-session.ts';
import { createSubscriptions } from './subscriptions-table.ts';
import { createTransactions, type Verb } from './transactions.ts';
import { wake } from './wake.ts';
import { watchDatabase } from './watch-database.ts';

export interface SqliteStoreOptions extends StoreOptions, DatabaseOptions {}

/**
 * Messages in `messages.db` of the workspace, in the tables of the broker implementation guide: for one busy machine.
 * Verbs that are called while others wait share a commit. One connection, which `close` closes.
 * @throws DRIVER_MISSING without better-sqlite3, INVALID_WORKSPACE for a damaged or newer database, LOCK_TIMEOUT,
 * NOT_WRITABLE, DISK_FULL, IO_ERROR; the last four also from every verb
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { root, clock, agents: registered } = options;
  const db = await openDatabase(options);
  const file = realpathSync(path.join(root, DATABASE_FILE));
  const queries = copyQueries(db);
  const numbers = createNumbers(db);
  const checkpoints = createCheckpoints(db);
  const agents = createAgentTable(db, Object.keys(options.rules.groups));
  const session = createSession({ db, queries, numbers, agents }, options);
  const { write, read } = createTransactions({
    db,
    numbers,
    agents,
    session,
    clock,
    patience: { timeoutMs: options.busyTimeoutMs },
    committed(verbs) {
      wake(file);
      checkpoints.committed(verbs);
    },
  });
  // From here on the transactions wait themselves: SQLite's own waits would block the event loop for seconds.
  db.pragma('busy_timeout = 0');
  const reader = createReader(db, queries, agents, options);
  const subscriptions = createSubscriptions(db);
  const queue = createWriteQueue<Verb>(write);
  const transact: Transact = (verb) => queue.add(verb as Verb);
  const verbs = verbsOver(transact);
  const sweep: Store['sweep'] = async (request) => {
    const swept = await verbs.sweep(request);
    // Looks anew at what the indexes hold, where that has changed much.
    await transact(() => db.pragma('optimize'));
    return swept;
  };

  const missing = read(() => registered.filter((agent) => !agents.has(agent)));
  if (missing.length > 0) await transact((now) => missing.forEach(now.addInbox));

  return {
    capabilities: { name: 'sqlite', durable: true, shared: true, editable: false },
    ...verbs,
    sweep,
    list: async (query) => read(() => reader.list(query)),
    find: async (id) => read(() => reader.find(id)),
    status: async () => read(reader.status),
    async setPresence(agent, presence) {
      await transact(() => agents.setPresence(agent, presence));
      return read(reader.status);
    },
    heartbeat: (agent, presence) => transact(() => agents.heartbeat(agent, presence, isoOf(clock()))),
    heartbeats: async () => read(agents.heartbeats),
    subscriptions: async () => read(() => subscriptions.list(reader.agents())),
    subscribe: (channel, agent) => transact(() => subscriptions.add(channel, agent, isoOf(clock()))),
    unsubscribe: (channel, agent) => transact(() => subscriptions.remove(channel, agent)),
    check: async (request = {}) => checkDatabase({ db, agents, options, transact, read }, request),
    exclusively: (work) => work(),
    watch: (request) =>
      watchDatabase(
        { db, root, file, read, follow: () => followCopies(db, queries, options, request), sweep: () => sweep({ limit: 1000 }) },
        request,
      ),
    async close() {
      await queue.idle();
      db.close();
    },
  };
}
