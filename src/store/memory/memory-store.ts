import { addToSummary, deriveStatus, emptySummary, type InboxSummary, type PresenceByAgent } from '../../message/status.ts';
import { isoOf } from '../../message/time.ts';
import { eventsBetween, seenOf, waitingIn } from '../changes.ts';
import type { StoreOptions } from '../options.ts';
import { inQuery } from '../query.ts';
import type { Copy, ListQuery, Store, WatchOptions } from '../store.ts';
import { type Transact, verbsOver } from '../verbs/over-session.ts';
import { viewOf } from '../verbs/sweep.ts';
import { emptyState, type MemoryState, sessionOver } from './memory-session.ts';

/** Messages in the memory of one process: for tests, and for agents that live in one program. */
export function createMemoryStore(options: StoreOptions): Store {
  const { agents, rules, clock } = options;
  let state: MemoryState = emptyState(agents);
  const presence: PresenceByAgent = {};
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

  return {
    capabilities: { name: 'memory', durable: false, shared: false, editable: false },
    ...verbsOver(transact),
    list,
    find: async (id) => structuredClone(view().filter((copy) => copy.message.id === id)),
    status: async () => statusOf(view(), [...state.copies.keys()], presence, state.lastId, clock()),
    async setPresence(agent, { status, currentTask }) {
      const before = presence[agent] ?? {};
      presence[agent] = {
        ...before,
        ...(status === undefined ? {} : { status }),
        ...(currentTask === undefined ? {} : { current_task: currentTask }),
      };
      return statusOf(view(), [...state.copies.keys()], presence, state.lastId, clock());
    },
    check: async () => ({ problems: [], fixed: [] }),
    watch: (watch) => watchMemory(view, watchers, watch),
    close: async () => undefined,
  };
}

function statusOf(copies: Copy[], agents: string[], presence: PresenceByAgent, lastId: string | undefined, now: number) {
  const summaries = new Map<string, InboxSummary>(agents.map((agent) => [agent, emptySummary()]));
  for (const { inbox, message, section } of copies) {
    const summary = summaries.get(inbox);
    if (summary) addToSummary(summary, message, section);
  }
  return deriveStatus({ agents, summaries, presence, lastId, at: isoOf(now) });
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
