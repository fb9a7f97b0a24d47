import { CommsError } from '../errors.ts';
import { nearest } from '../message/names.ts';
import { quote } from '../message/text.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';

export interface ChannelRequest {
  channel: string;
  agent: string;
}

export interface ChannelSummary {
  channel: string;
  /** `since` is ISO 8601; missing for who reads `general` without having been asked. */
  subscribers: { agent: string; since?: string }[];
}

/** As the envelope's schema has it. */
const CHANNEL_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Every channel that somebody reads, `general` first, with its subscribers. */
export async function listChannels({ store }: CoreContext): Promise<ChannelSummary[]> {
  const byName = new Map<string, ChannelSummary>();
  for (const { channel, agent, subscribed_at } of await store.subscriptions()) {
    const summary = byName.get(channel) ?? { channel, subscribers: [] };
    summary.subscribers.push({ agent, ...(subscribed_at === undefined ? {} : { since: subscribed_at }) });
    byName.set(channel, summary);
  }
  return [...byName.values()];
}

/**
 * Lets an agent read a channel, which comes to be with its first reader. Answers whether anything changed.
 * @throws INVALID_NAME, UNKNOWN_AGENT
 */
export async function subscribe(ctx: CoreContext, { channel, agent }: ChannelRequest): Promise<boolean> {
  return ctx.store.subscribe(channelName(channel), agentOf(ctx, agent));
}

/** Answers whether the agent read the channel until now. @throws INVALID_NAME, UNKNOWN_AGENT */
export async function unsubscribe(ctx: CoreContext, { channel, agent }: ChannelRequest): Promise<boolean> {
  return ctx.store.unsubscribe(channelName(channel), agentOf(ctx, agent));
}

/** Whom a message to a channel goes to: its subscribers but the sender. @throws INVALID_NAME, UNKNOWN_CHANNEL where there is nobody */
export async function readersOf(ctx: CoreContext, channel: string, sender: string): Promise<string[]> {
  const name = channelName(channel);
  const subscriptions = await ctx.store.subscriptions();
  const registered = ctx.workspace.settings.agents;
  const readers = subscriptions.flatMap((one) => (one.channel === name && registered.includes(one.agent) ? one.agent : []));
  const others = readers.filter((agent) => agent !== sender);
  if (others.length > 0) return others;
  throw unread(name, [...new Set(subscriptions.map((one) => one.channel))], readers.length > 0 ? sender : undefined);
}

/** @throws INVALID_NAME */
export function channelName(name: string): string {
  if (CHANNEL_NAME.test(name)) return name;
  const suggestion = name
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, 64);
  const allowed = 'Names are 1 to 64 of a-z, 0-9, ".", "-" and "_", and begin with a letter or digit, such as "backend".';
  throw new CommsError('INVALID_NAME', `${quote(name)} cannot be the name of a channel.`, {
    hint: CHANNEL_NAME.test(suggestion) ? `${allowed} Try "${suggestion}".` : allowed,
    details: { name: name.slice(0, 200), ...(CHANNEL_NAME.test(suggestion) ? { suggestion } : {}) },
  });
}

function unread(channel: string, known: readonly string[], onlyReader: string | undefined): CommsError {
  const close = nearest(
    channel,
    known.filter((name) => name !== channel),
  );
  const who = onlyReader === undefined ? 'Nobody reads' : `Nobody but ${onlyReader} reads`;
  const others = close ? `Did you mean "${close}"?` : `Channels that are read: ${known.join(', ') || 'none'}.`;
  return new CommsError('UNKNOWN_CHANNEL', `${who} the channel ${quote(channel)}; nothing was sent.`, {
    hint: `${others} "comms channel subscribe ${channel} --as NAME" lets an agent read it; --to NAME sends it to one all the same.`,
    details: { channel, known: [...known], ...(close ? { nearest: close } : {}) },
  });
}
