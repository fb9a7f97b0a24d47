import type { Subscription } from './store.ts';

/** The channel that every agent reads until it unsubscribes. */
export const GENERAL = 'general';

/** Subscriptions as a driver keeps them: channel → agent → since when (ISO 8601); null for who left `general`. */
export type Channels = Record<string, Record<string, string | null>>;

/** Who reads what, `general` with all who did not leave it. By channel, then in the order of `agents`. */
export function subscriptionsIn(channels: Channels, agents: readonly string[]): Subscription[] {
  const general = Object.hasOwn(channels, GENERAL) ? channels[GENERAL] : undefined;
  const readers = agents.flatMap((agent) => {
    const since = general && Object.hasOwn(general, agent) ? general[agent] : undefined;
    if (since === null) return [];
    return [{ channel: GENERAL, agent, ...(since === undefined ? {} : { subscribed_at: since }) }];
  });
  const others = Object.entries(channels)
    .filter(([channel]) => channel !== GENERAL)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([channel, members]) =>
      Object.entries(members).flatMap(([agent, at]) =>
        at === null || !agents.includes(agent) ? [] : [{ channel, agent, subscribed_at: at }],
      ),
    );
  return [...readers, ...others];
}

/** The channels with one more reader, or the same object where nothing changes. */
export function subscribed(channels: Channels, { channel, agent, at }: { channel: string; agent: string; at: string }): Channels {
  const members = Object.hasOwn(channels, channel) ? (channels[channel] ?? {}) : {};
  const now = Object.hasOwn(members, agent) ? members[agent] : undefined;
  if (typeof now === 'string' || (channel === GENERAL && now === undefined)) return channels;
  return { ...channels, [channel]: { ...members, [agent]: at } };
}

/** The channels with one reader less, or the same object where nothing changes. A channel without readers is gone. */
export function unsubscribed(channels: Channels, { channel, agent }: { channel: string; agent: string }): Channels {
  const { [agent]: since, ...rest } = (Object.hasOwn(channels, channel) ? channels[channel] : undefined) ?? {};
  if (channel === GENERAL) return since === null ? channels : { ...channels, [channel]: { ...rest, [agent]: null } };
  if (since === undefined) return channels;
  const { [channel]: _, ...others } = channels;
  return Object.keys(rest).length > 0 ? { ...others, [channel]: rest } : others;
}
