import type { Problem } from '../../message/message.ts';
import { timeOf } from '../../message/time.ts';
import { uidOf } from '../../message/uid.ts';
import type { Copy } from '../../store/store.ts';
import { type Change, changesBetween } from './changes.ts';
import type { LogEvent } from './history-requests.ts';
import type { Version } from './versions.ts';

/** A change with the copies between which it lies. */
export interface Difference {
  change: Change;
  before: Copy | undefined;
  after: Copy | undefined;
}

/** What happened between two versions. What is the same object in both is not looked at. */
export function differences(before: Version, after: Version): Difference[] {
  const [old, fresh] = [without(before.copies, after.copies), without(after.copies, before.copies)];
  if (old.length === 0 && fresh.length === 0) return [];
  const [then, now] = [byKey(old), byKey(fresh)];
  return changesBetween(old, fresh).map((change) => ({
    change,
    before: change.from === undefined ? undefined : then.get(keyOf(change.inbox, change.uid, change.previousId ?? change.id)),
    after: change.to === undefined ? undefined : now.get(keyOf(change.inbox, change.uid, change.id)),
  }));
}

/** The same for people who read what happened: in the order of the times, as far as the messages say them. */
export function eventsOf(found: readonly Difference[]): LogEvent[] {
  const lastOf = new Map<string, number>();
  const timed = found.map(({ change, before, after }) => {
    const key = keyOf(change.inbox, change.uid, change.id);
    // What has no time follows what happened to the same copy before.
    const at = timeOf(change.at) ?? lastOf.get(key) ?? Number.POSITIVE_INFINITY;
    lastOf.set(key, at);
    return { at, event: { ...change, subject: (after ?? before)?.message.subject ?? '' } };
  });
  return timed.sort((a, b) => (a.at === b.at ? 0 : a.at - b.at)).map(({ event }) => event);
}

/** Blocks that cannot be read after it, and that were not there before. */
export function newlyBroken(before: Version, after: Version): Problem[] {
  return [...after.broken].flatMap(([key, problem]) => (before.broken.has(key) ? [] : [problem]));
}

function without(copies: readonly Copy[], others: readonly Copy[]): readonly Copy[] {
  if (others.length === 0) return copies;
  const same = new Set(others);
  return copies.filter((copy) => !same.has(copy));
}

function byKey(copies: readonly Copy[]): Map<string, Copy> {
  return new Map(copies.map((copy) => [keyOf(copy.inbox, uidOf(copy.message), copy.message.id), copy]));
}

function keyOf(inbox: string, uid: string, id: string): string {
  return `${inbox}\0${uid}\0${id}`;
}
