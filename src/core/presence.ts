import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import { byAge } from '../message/priority.ts';
import { isoOf, timeOf } from '../message/time.ts';
import { heartbeatAge } from '../store/presence.ts';
import type { Copy, Presence } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { EVERY_SECTION } from './messages.ts';
import { limitLevel, limitsFor } from './rate-limits.ts';
import type { AgentHealth, AgentSummary, PresenceState } from './requests.ts';
import { refuseSensitive } from './said.ts';

export interface PresenceLimits {
  /** ms since the epoch. */
  now: number;
  staleAfterMs: number;
  offlineAfterMs: number;
}

/** By the age of the last heartbeat: stale from `staleAfterMs` on, offline from `offlineAfterMs` on, and where there was none. */
export function presenceOf(lastHeartbeat: unknown, { now, staleAfterMs, offlineAfterMs }: PresenceLimits): PresenceState {
  const age = heartbeatAge(lastHeartbeat, now);
  if (age === undefined || age >= offlineAfterMs) return 'offline';
  return age >= staleAfterMs ? 'stale' : 'online';
}

const MOST_CHARACTERS = { status: 100, currentTask: 500 } as const;

/**
 * What an agent says of itself, if others can show it on a line.
 * @throws USAGE for an empty status and for what is too long, SENSITIVE_DATA, CONTENT_FILTERED
 */
export async function checkedPresence(ctx: CoreContext, presence: Presence): Promise<Presence> {
  if (presence.status?.trim() === '') {
    throw new CommsError('USAGE', 'A status cannot be empty.', {
      hint: 'Give a word, such as busy or idle, or leave it out to keep the last one.',
    });
  }
  for (const [name, most] of Object.entries(MOST_CHARACTERS) as [keyof typeof MOST_CHARACTERS, number][]) {
    const length = presence[name]?.length ?? 0;
    if (length <= most) continue;
    const what = name === 'status' ? 'A status' : 'A task';
    throw new CommsError('USAGE', `${what} has at most ${most} characters; this one has ${length}.`, {
      hint: 'Say it in a few words; details belong into a message.',
    });
  }
  await refuseSensitive(ctx, { status: presence.status, current_task: presence.currentTask });
  return presence;
}

/** The registered agents with what they say of themselves and the counts of their inboxes, in the order of config.json. */
export async function listAgents({ store, workspace: { settings }, clock }: CoreContext): Promise<AgentSummary[]> {
  const status = await store.status();
  return settings.agents.map((name) => {
    const { description, aliases = [] } = settings.raw.agents[name] ?? {};
    const now = status.agents[name];
    const beat = timeOf(now?.last_heartbeat);
    return {
      name,
      ...(description === undefined ? {} : { description }),
      aliases,
      presence: presenceOf(now?.last_heartbeat, { ...settings, now: clock() }),
      last_heartbeat: beat === undefined ? null : isoOf(beat),
      status: now?.status ?? 'idle',
      current_task: now?.current_task ?? null,
      messages_pending: now?.messages_pending ?? 0,
      messages_in_progress: now?.messages_in_progress ?? 0,
      messages_blocked: now?.messages_blocked ?? 0,
      messages_processed: now?.messages_processed ?? 0,
      error_count: now?.error_count ?? 0,
    };
  });
}

/** How one agent does. @throws UNKNOWN_AGENT, INVALID_NAME */
export async function health(ctx: CoreContext, name: string): Promise<AgentHealth> {
  const { store, workspace, clock } = ctx;
  const { settings } = workspace;
  const agent = agentOf(ctx, name);
  const inboxes = inboxesOf(ctx, agent);
  const [summaries, subscriptions, copies, [level]] = await Promise.all([
    listAgents(ctx),
    store.subscriptions(),
    store.list({ inboxes, sections: EVERY_SECTION }),
    store.rates(limitsFor(settings.rateLimits, agent, [])),
  ]);
  const own = copies.filter(({ inbox }) => inbox === agent);
  const summary = summaries.find((one) => one.name === agent) as AgentSummary;
  return {
    ...summary,
    heartbeat_age_ms: heartbeatAge(summary.last_heartbeat, clock()) ?? null,
    groups: inboxes.filter((inbox) => inbox !== agent),
    channels: subscriptions.filter((one) => one.agent === agent).map(({ channel }) => channel),
    oldest_waiting: oldestWaiting(copies, clock()),
    leases: copies.filter((copy) => isWorkedOnBy(copy, agent)).map(leaseOf),
    dead_letters: own.filter(({ section }) => section === 'dead').map(({ message }) => message.id),
    last_error: lastError(own),
    rate_limit: level ? limitLevel(level) : null,
  };
}

function oldestWaiting(copies: readonly Copy[], now: number): AgentHealth['oldest_waiting'] {
  const waiting = copies.filter(({ section, message }) => section === 'active' && message.status === 'PENDING');
  const [oldest] = waiting.sort((a, b) => byAge(a.message, b.message));
  if (!oldest) return null;
  const sent = timeOf(oldest.message.timestamp);
  return { id: oldest.message.id, inbox: oldest.inbox, age_ms: sent === undefined ? null : Math.max(0, now - sent) };
}

/** An IN_PROGRESS that was set by hand names nobody, and belongs to the owner of the inbox. */
function isWorkedOnBy({ inbox, section, message }: Copy, agent: string): boolean {
  return section === 'active' && message.status === 'IN_PROGRESS' && (message.delivery?.claimed_by ?? inbox) === agent;
}

function leaseOf({ inbox, message }: Copy): AgentHealth['leases'][number] {
  return { id: message.id, inbox, expires_at: message.delivery?.lease_expires_at ?? null };
}

function lastError(copies: readonly Copy[]): AgentHealth['last_error'] {
  const failed = copies.flatMap(({ message }) => {
    const error = message.delivery?.last_error;
    return error === undefined ? [] : [{ id: message.id, error, at: failedAt(message) }];
  });
  const last = failed.reduce<(typeof failed)[number] | undefined>((a, b) => (a && a.at > b.at ? a : b), undefined);
  return last ? { id: last.id, error: last.error } : null;
}

/** About when: a message that waits again keeps only the end of its back-off. */
function failedAt({ delivery, not_before, timestamp }: Message): number {
  return timeOf(delivery?.dead_at) ?? timeOf(not_before) ?? timeOf(delivery?.claimed_at) ?? timeOf(timestamp) ?? 0;
}
