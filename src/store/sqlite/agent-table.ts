import type Database from 'better-sqlite3';
import { sql } from 'kysely';
import type { PresenceByAgent } from '../../message/status.ts';
import { nextHeartbeat } from '../presence.ts';
import type { Bucket } from '../session.ts';
import type { Heartbeat, Presence } from '../store.ts';
import { GENERAL } from '../subscriptions.ts';
import { given, lazily, sqlite } from './kysely.ts';

/** The agents that have an inbox, and what they say of themselves. */
export interface AgentTable {
  has(agent: string): boolean;
  names(): string[];
  add(agent: string): void;
  remove(agent: string): void;
  /** Forgets the names, which another connection or an undone transaction may have changed. */
  forget(): void;
  setPresence(agent: string, presence: Presence): void;
  heartbeat(agent: string, presence: Presence, at: string): Heartbeat;
  presence(): PresenceByAgent;
  heartbeats(): Record<string, Heartbeat>;
}

export function createAgentTable(db: Database.Database, groups: readonly string[]): AgentTable {
  const table = 'agents';
  const names = lazily(db, () => sqlite.selectFrom(table).select('agent_id').orderBy(sql`rowid`));
  const said = lazily(db, () => sqlite.selectFrom(table).select(['agent_id', 'presence', 'heartbeat']));
  const saidBy = lazily(db, () =>
    sqlite.selectFrom(table).select(['presence', 'heartbeat']).where('agent_id', '=', given<string>('agent')),
  );
  const insert = lazily(db, () =>
    sqlite
      .insertInto(table)
      .values({ agent_id: given('agent') })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const listen = lazily(db, () =>
    sqlite
      .insertInto('channel_subscriptions')
      .values({ channel_name: GENERAL, agent_id: given('agent'), subscribed_at: null })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const remove = lazily(db, () => sqlite.deleteFrom(table).where('agent_id', '=', given<string>('agent')));
  const unsubscribe = lazily(db, () => sqlite.deleteFrom('channel_subscriptions').where('agent_id', '=', given<string>('agent')));
  const write = lazily(db, () =>
    sqlite
      .updateTable(table)
      .set({
        status: given<string>('status'),
        current_task: given<string | null>('task'),
        last_heartbeat: given<string | null>('at'),
        presence: given<string | null>('presence'),
        heartbeat: given<string | null>('heartbeat'),
      })
      .where('agent_id', '=', given<string>('agent')),
  );

  let known: Set<string> | undefined;
  const all = () => {
    known ??= new Set(
      names()
        .all()
        .map((row) => row.agent_id),
    );
    return known;
  };
  const add = (agent: string) => {
    if (all().has(agent) || groups.includes(agent)) return;
    insert().run({ agent });
    listen().run({ agent });
    all().add(agent);
  };
  const parsed = (text: string | null | undefined) => (text ? (JSON.parse(text) as Heartbeat) : undefined);
  const put = (agent: string, presence: Heartbeat | undefined, beat: Heartbeat | undefined, latest: Heartbeat) =>
    write().run({
      agent,
      presence: presence ? JSON.stringify(presence) : null,
      heartbeat: beat ? JSON.stringify(beat) : null,
      status: latest.status ?? presence?.status ?? 'idle',
      task: latest.current_task ?? null,
      at: beat?.last_heartbeat ?? null,
    });

  return {
    has: (agent) => all().has(agent),
    names: () => [...all()],
    add,
    remove(agent) {
      remove().run({ agent });
      unsubscribe().run({ agent });
      all().delete(agent);
    },
    forget() {
      known = undefined;
    },
    setPresence(agent, change) {
      add(agent);
      const row = saidBy().get({ agent });
      const next = nextHeartbeat(parsed(row?.presence), change, '');
      const beat = parsed(row?.heartbeat);
      const nextBeat = beat && nextHeartbeat(beat, change, beat.last_heartbeat);
      put(agent, next, nextBeat, next);
    },
    heartbeat(agent, change, at) {
      add(agent);
      const row = saidBy().get({ agent });
      const beat = nextHeartbeat(parsed(row?.heartbeat), change, at);
      put(agent, parsed(row?.presence), beat, { ...parsed(row?.presence), ...beat });
      return beat;
    },
    presence: () =>
      Object.fromEntries(
        said()
          .all()
          .flatMap(({ agent_id, presence }) => {
            const { last_heartbeat: _, ...rest } = parsed(presence) ?? { last_heartbeat: '' };
            return [[agent_id, rest]];
          }),
      ),
    heartbeats: () =>
      Object.fromEntries(
        said()
          .all()
          .flatMap(({ agent_id, heartbeat }) => {
            const beat = parsed(heartbeat);
            return beat ? [[agent_id, beat]] : [];
          }),
      ),
  };
}

/** The token buckets, by their keys. */
export function createBuckets(db: Database.Database) {
  const table = 'token_buckets';
  const get = lazily(db, () => sqlite.selectFrom(table).select(['tokens', 'at']).where('key', '=', given<string>('key')));
  const set = lazily(db, () =>
    sqlite
      .insertInto(table)
      .values({ key: given<string>('key'), tokens: given<number>('tokens'), at: given<number>('at') })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ tokens: given<number>('tokens'), at: given<number>('at') })),
  );
  return {
    get: (key: string): Bucket | undefined => get().get({ key }),
    set(key: string, { tokens, at }: Bucket): void {
      set().run({ key, tokens, at });
    },
  };
}
