import type Database from 'better-sqlite3';
import type { Subscription } from '../store.ts';
import { GENERAL } from '../subscriptions.ts';
import { given, lazily, sqlite } from './kysely.ts';

/** Who reads which channel: a row for each, for `general` too. An agent that has an inbox and no row there has left it. */
export function createSubscriptions(db: Database.Database) {
  const table = 'channel_subscriptions';
  const all = lazily(db, () =>
    sqlite
      .selectFrom(table)
      .select(['channel_name', 'agent_id', 'subscribed_at'])
      .orderBy('channel_name')
      .orderBy('rowid' as 'agent_id'),
  );
  const put = lazily(db, () =>
    sqlite
      .insertInto(table)
      .values({ channel_name: given('channel'), agent_id: given('agent'), subscribed_at: given('at') })
      .onConflict((conflict) => conflict.doNothing()),
  );
  const take = lazily(db, () =>
    sqlite.deleteFrom(table).where('channel_name', '=', given<string>('channel')).where('agent_id', '=', given<string>('agent')),
  );
  return {
    /** `general` first, in the order of `agents`; then by channel. */
    list(agents: readonly string[]): Subscription[] {
      const rows = all()
        .all()
        .filter(({ agent_id }) => agents.includes(agent_id));
      const inGeneral = rows.filter(({ channel_name }) => channel_name === GENERAL);
      const place = (agent: string) => agents.indexOf(agent);
      const ordered = [
        ...inGeneral.sort((a, b) => place(a.agent_id) - place(b.agent_id)),
        ...rows.filter(({ channel_name }) => channel_name !== GENERAL),
      ];
      return ordered.map(({ channel_name, agent_id, subscribed_at }) => ({
        channel: channel_name,
        agent: agent_id,
        ...(subscribed_at === null ? {} : { subscribed_at }),
      }));
    },
    add: (channel: string, agent: string, at: string): boolean => put().run({ channel, agent, at }) > 0,
    remove: (channel: string, agent: string): boolean => take().run({ channel, agent }) > 0,
  };
}
