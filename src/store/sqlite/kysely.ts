import type Database from 'better-sqlite3';
import { type Compilable, DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely';
import type { Tables } from './tables.ts';

/** Writes queries and compiles them; they are run by better-sqlite3, which needs no promises. */
export const sqlite = new Kysely<Tables>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  },
});

/** The place of a value that is given when the query is run. */
class Place {
  constructor(readonly name: string) {}
}

/** A value that is given when the query is run, by this name. */
export function given<T>(name: string): T {
  return new Place(name) as T;
}

export type Value = string | number | null;
export type Values = Record<string, Value>;

export interface Query<Row> {
  get(values?: Values): Row | undefined;
  all(values?: Values): Row[];
  /** No other query may run before the iteration ends. */
  iterate(values?: Values): IterableIterator<Row>;
  run(values?: Values): number;
}

/** Compiles a query once, for the life of the connection. */
export function prepare<Row>(db: Database.Database, query: Compilable<Row>): Query<Row> {
  const { sql, parameters } = query.compile();
  const statement = db.prepare<Value[], Row>(sql);
  const fixed = parameters.map((parameter) => (parameter instanceof Place ? null : (parameter as Value)));
  const places = parameters.flatMap((parameter, n) => (parameter instanceof Place ? [[n, parameter.name] as const] : []));
  const bound = (values: Values) => {
    const all = [...fixed];
    for (const [n, name] of places) all[n] = values[name] ?? null;
    return all;
  };
  return {
    get: (values = {}) => statement.get(...bound(values)),
    all: (values = {}) => statement.all(...bound(values)),
    iterate: (values = {}) => statement.iterate(...bound(values)),
    run: (values = {}) => statement.run(...bound(values)).changes,
  };
}

/** A query that is compiled when it is first needed. */
export function lazily<Row>(db: Database.Database, query: () => Compilable<Row>): () => Query<Row> {
  let prepared: Query<Row> | undefined;
  return () => {
    prepared ??= prepare(db, query());
    return prepared;
  };
}
