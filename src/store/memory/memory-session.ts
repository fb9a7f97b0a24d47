import { formatId } from '../../message/ids.ts';
import type { StoreOptions } from '../options.ts';
import { dueAtIn } from '../sections.ts';
import type { Bucket, Session } from '../session.ts';
import type { Copy } from '../store.ts';

export interface MemoryState {
  /** Every copy by its inbox, in the order of arrival. The arrays are replaced, never changed. */
  copies: Map<string, readonly Copy[]>;
  /** Inboxes that were taken away; what is archived or dead of them stays. */
  removed: readonly string[];
  lastNumber: number;
  buckets: ReadonlyMap<string, Bucket>;
  lastId: string | undefined;
}

export function emptyState(agents: readonly string[]): MemoryState {
  return { copies: new Map(agents.map((agent) => [agent, []])), removed: [], buckets: new Map(), lastNumber: 0, lastId: undefined };
}

/** A session that works on `state`, which its owner throws away when the verb throws. */
export function sessionOver(state: MemoryState, { rules, clock, newUid }: StoreOptions): Session {
  const of = (inbox: string) => state.copies.get(inbox) ?? [];
  const active = (inbox: string) => of(inbox).filter((copy) => copy.section === 'active');
  const completed = (inbox: string) => active(inbox).filter(({ message }) => message.status === 'COMPLETED');
  const everything = () => [...state.copies.values()].flat();
  const put = (old: Copy, ...changed: Copy[]) => {
    state.copies.set(
      old.inbox,
      of(old.inbox).flatMap((copy) => (isSame(copy, old) ? changed : [copy])),
    );
  };
  return {
    now: clock(),
    rules,
    newUid,
    nextId() {
      state.lastNumber += 1;
      const id = formatId(state.lastNumber);
      state.lastId = id;
      return id;
    },
    raiseLastNumber(number) {
      if (number <= state.lastNumber) return;
      state.lastNumber = number;
      state.lastId = formatId(number);
    },
    hasInbox: (inbox) => inboxesOf(state).includes(inbox),
    inboxes: () => inboxesOf(state),
    inboxesWith: (section) => [...state.copies.keys()].filter((inbox) => of(inbox).some((copy) => copy.section === section)),
    copies: (inbox, section) => of(inbox).filter((copy) => copy.section === section),
    candidates: (inbox, passes) => active(inbox).filter(({ message }) => passes(message)),
    due: (inbox) => of(inbox).filter(({ section }) => section === 'active' || section === 'held'),
    completed,
    completedCount: (inbox) => completed(inbox).length,
    find: (id, inbox) => (inbox === undefined ? everything() : of(inbox)).filter((copy) => copy.message.id === id),
    sentWith: (sender, key) => everything().filter(({ message }) => message.sender === sender && message.idempotency_key === key),
    insert(inbox, section, message) {
      state.copies.set(inbox, [...of(inbox), { inbox, section, message }]);
    },
    update: (copy, message) => put(copy, { ...copy, message }),
    move: (copy, section, message) => put(copy, { ...copy, section, message }),
    remove: (copy) => put(copy),
    rotate: () => 0,
    addInbox(inbox) {
      if (!state.copies.has(inbox)) state.copies.set(inbox, []);
      state.removed = state.removed.filter((other) => other !== inbox);
    },
    removeInbox(inbox) {
      state.removed = [...state.removed, inbox];
    },
    dueAt(inbox) {
      const times = of(inbox).flatMap(({ section, message }) => dueAtIn(section, message) ?? []);
      return times.length > 0 ? Math.min(...times) : undefined;
    },
    bucket: (key) => state.buckets.get(key),
    setBucket(key, bucket) {
      state.buckets = new Map(state.buckets).set(key, bucket);
    },
  };
}

/** The inboxes that are there. */
export function inboxesOf({ copies, removed }: MemoryState): string[] {
  return [...copies.keys()].filter((inbox) => !removed.includes(inbox));
}

function isSame(a: Copy, b: Copy): boolean {
  return a.message.id === b.message.id && a.section === b.section;
}
