import { addToSummary, deriveStatus, emptySummary, type InboxSummary, type PresenceByAgent } from '../../message/status.ts';
import { isoOf } from '../../message/time.ts';
import { eventsBetween, seenOf, waitingIn } from '../changes.ts';
import type { StoreOptions } from '../options.ts';
import { nextHeartbeat, withHeartbeats } from '../presence.ts';
import { inQuery } from '../query.ts';
import type { Copy, Heartbeat, ListQuery, Store, WatchOptions } from '../store.ts';
import { type Channels, subscribed, subscriptionsIn, unsubscribed } from '../subscriptions.ts';
import { type Transact, verbsOver } from '../verbs/over-session.ts';
import { viewOf } from '../verbs/view.ts';
import { emptyState, inboxesOf, type MemoryState, sessionOver } from './memory-session.ts';

/** Messages in the memory of one process: for tests, and for agents that live in one program. */
export function createMemoryStore(options: StoreOptions): Store {
  const { agents, rules, clock } = options;
  const groups = Object.keys(rules.groups);
  let state: MemoryState = emptyState([...agents, ...groups]);
  let channels: Channels = {};
  const presence: PresenceByAgent = {};
  const heartbeats: Record<string, Heartbeat> = {};
  const watchers = new Set<() => void>();

  const transact: Transact = async (verb) => {
    const draft = { ...state, copies: new Map(state.copies) };
    const result = verb(sessionOver(draft, options));
    state = draft;
    for (const look of watchers) look();
    return structuredClone(result);
  };
  const view = () => [...state.copies.values()].flat().map((copy) => viewOf(copy, clock(), rules.maxAttempts));
  const list = async (query: ListQuery = {}) => structuredClone(view().filter(inQuery(query)));
  const readers = () => inboxesOf(state).filter((inbox) => !groups.includes(inbox));
  const change = (next: Channels) => {
    const changed = next !== channels;
    channels = next;
    return changed;
  };
  const status = () => {
    const plain = statusOf(view(), { agents: readers(), groups, presence, lastId: state.lastId, now: clock() });
    return withHeartbeats(plain, heartbeats, { now: clock(), offlineAfterMs: rules.offlineAfterMs });
  };

  return {
    capabilities: { name: 'memory', durable: false, shared: false, editable: false },
    ...verbsOver(transact),
    list,
    find: async (id) => structuredClone(view().filter((copy) => copy.message.id === id)),
    status: async () => status(),
    async setPresence(agent, said) {
      const { last_heartbeat: _, ...next } = nextHeartbeat({ ...presence[agent], last_heartbeat: '' }, said, '');
      presence[agent] = next;
      if (heartbeats[agent]) heartbeats[agent] = nextHeartbeat(heartbeats[agent], said, heartbeats[agent].last_heartbeat);
      return status();
    },
    async heartbeat(agent, said) {
      const beat = nextHeartbeat(heartbeats[agent], said, isoOf(clock()));
      heartbeats[agent] = beat;
      return { ...beat };
    },
    heartbeats: async () => structuredClone(heartbeats),
    subscriptions: async () => subscriptionsIn(channels, readers()),
    subscribe: async (channel, agent) => change(subscribed(channels, { channel, agent, at: isoOf(clock()) })),
    unsubscribe: async (channel, agent) => change(unsubscribed(channels, { channel, agent })),
    check: async () => ({ problems: [], fixed: [] }),
    exclusively: (work) => work(),
    watch: (watch) => watchMemory(view, watchers, watch),
    close: async () => undefined,
  };
}

interface StatusParts {
  agents: string[];
  groups: string[];
  presence: PresenceByAgent;
  lastId: string | undefined;
  now: number;
}

function statusOf(copies: Copy[], { agents, groups, presence, lastId, now }: StatusParts) {
  const summaries = new Map<string, InboxSummary>([...agents, ...groups].map((inbox) => [inbox, emptySummary()]));
  for (const { inbox, message, section } of copies) {
    const summary = summaries.get(inbox);
    if (summary) addToSummary(summary, message, section);
  }
  return deriveStatus({ agents, groups, summaries, presence, lastId, at: isoOf(now) });
}

function watchMemory(view: () => Copy[], watchers: Set<() => void>, { onEvent, signal }: WatchOptions): Promise<void> {
  let seen = seenOf(structuredClone(view()));
  const look = () => {
    const now = seenOf(structuredClone(view()));
    const events = eventsBetween(seen, now);
    seen = now;
    events.forEach(onEvent);
  };
  waitingIn(seen).forEach(onEvent);
  onEvent({ event: 'ready' });
  if (signal.aborted) return Promise.resolve();
  watchers.add(look);
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        watchers.delete(look);
        resolve();
      },
      { once: true },
    );
  });
}
