import { idNumber } from '../../message/ids.ts';
import { STATUSES } from '../../message/message.ts';
import { copyKey } from '../../store/changes.ts';
import { EVERY_SECTION } from '../../store/sections.ts';
import type { Copy, Heartbeat, Presence, Store, Subscription } from '../../store/store.ts';
import { GENERAL } from '../../store/subscriptions.ts';

/** Everything that a store holds, so that another one can be filled with it. */
export interface Snapshot {
  /** In the order in which they stand in each section of each inbox. */
  copies: Copy[];
  /** Copies of the same message in the same inbox that were left out, since another one of them went further. */
  doubles: Copy[];
  /** The highest number that was given to an id. */
  lastNumber: number;
  /** The agents that have an inbox, registered or not. */
  agents: string[];
  subscriptions: Subscription[];
  /** Who does not read `general`. */
  withoutGeneral: string[];
  /** What agents said of themselves, where that is more than the default. */
  presence: Map<string, Presence>;
  heartbeats: Map<string, Heartbeat>;
}

/** A clock that its owner sets, in ms since the epoch. */
export interface SetClock {
  clock: () => number;
  set(ms: number): void;
}

/** When nothing is due yet: copies are listed as they are stored. */
const BEFORE_EVERYTHING = 0;
/** When every heartbeat is old, so that status.json says what was put into it. The last time that a Date can tell. */
const AFTER_EVERYTHING = 8.64e15;

export function createSetClock(): SetClock {
  let now = BEFORE_EVERYTHING;
  return {
    clock: () => now,
    set(ms) {
      now = ms;
    },
  };
}

/**
 * Reads a store. With the clock that it was opened with copies are taken as they are stored; without, leases that ran out
 * and messages past their time are as a sweep would leave them.
 */
export async function snapshotOf(store: Store, clock?: SetClock): Promise<Snapshot> {
  clock?.set(BEFORE_EVERYTHING);
  const { copies, doubles } = withoutDoubles(await store.list({ sections: EVERY_SECTION }));
  const subscriptions = await store.subscriptions();
  clock?.set(AFTER_EVERYTHING);
  const { agents, last_message_id } = await store.status();
  clock?.set(BEFORE_EVERYTHING);
  const readers = new Set(subscriptions.flatMap(({ channel, agent }) => (channel === GENERAL ? [agent] : [])));
  return {
    copies: copies.map(({ inbox, section, message }) => ({ inbox, section, message })),
    doubles,
    lastNumber: Math.max(highestNumber(copies), idNumber(last_message_id) ?? 0),
    agents: Object.keys(agents),
    subscriptions,
    withoutGeneral: Object.keys(agents).filter((agent) => !readers.has(agent)),
    presence: new Map(
      Object.entries(agents).flatMap(([agent, { status, current_task }]) =>
        status === 'idle' && current_task === null ? [] : [[agent, { status, currentTask: current_task }] as const],
      ),
    ),
    heartbeats: new Map(Object.entries(await store.heartbeats())),
  };
}

export function highestNumber(copies: readonly Copy[]): number {
  return copies.reduce((last, { message }) => Math.max(last, idNumber(message.id) ?? 0), 0);
}

/** A message that stands twice in an inbox, as when somebody pasted it again, counts once: the one that went further. */
function withoutDoubles(all: readonly Copy[]): { copies: Copy[]; doubles: Copy[] } {
  const copies = new Map<string, Copy>();
  const doubles: Copy[] = [];
  for (const copy of all) {
    const key = copyKey(copy);
    const known = copies.get(key);
    const further = known === undefined || progress(copy) > progress(known) ? copy : known;
    if (known) doubles.push(further === copy ? known : copy);
    copies.set(key, further);
  }
  return { copies: [...copies.values()], doubles };
}

function progress({ section, message }: Copy): number {
  if (section === 'held') return -1;
  if (section === 'dead') return STATUSES.length;
  return STATUSES.indexOf(message.status) + (section === 'archived' ? STATUSES.length : 0);
}
