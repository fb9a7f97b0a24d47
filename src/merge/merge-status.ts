import { compareIds } from '../message/ids.ts';
import { isObject } from '../message/json.ts';
import { eitherOf, mergeDeep, mergeMembers, mergeValue, own } from './merge-values.ts';
import { compareTexts } from './state.ts';

type JsonObject = Record<string, unknown>;

const COUNTS = ['messages_pending', 'messages_in_progress', 'messages_blocked', 'messages_processed', 'error_count'];

/**
 * Merges status.json, without ever a conflict: what agents say of themselves from the side that changed it, else from the
 * later file; the last id is the higher one. Ids in lists and counts come and go as on both sides, which is what follows
 * from the inboxes where no message was touched on both; the next write derives them anew. A side that is no JSON says nothing.
 */
export function mergeStatus(base: unknown, ours: unknown, theirs: unknown): JsonObject | undefined {
  if (!isObject(ours) || !isObject(theirs)) return isObject(ours) ? ours : isObject(theirs) ? theirs : undefined;
  const before = isObject(base) ? base : {};
  const [later, earlier] = isLater(ours, theirs) ? [ours, theirs] : [theirs, ours];
  return mergeMembers(before, ours, theirs, (one, other, key) => {
    const was = own(before, key);
    if (key === 'last_message_id') return higherOf(one, other);
    if (key === 'last_updated') return own(later, key);
    if (key === 'agents' || key === 'groups') return mergedCounts(was, own(later, key), own(earlier, key));
    if (key.endsWith('_items')) return mergedIds(was, one, other);
    return mergeDeep(was, one, other);
  });
}

/** Agents or groups by name: what they say of themselves, and what is counted. */
function mergedCounts(base: unknown, later: unknown, earlier: unknown): unknown {
  if (!isObject(later) || !isObject(earlier)) return isObject(later) ? later : earlier;
  const before = isObject(base) ? base : {};
  return mergeMembers(before, later, earlier, (one, other, name) => {
    if (!isObject(one) || !isObject(other)) return isObject(one) ? one : other;
    const was = own(before, name);
    const said = mergeValue(saidIn(was), saidIn(one), saidIn(other), (newer) => newer);
    const counted = COUNTS.filter((key) => Object.hasOwn(one, key)).map((key) => [
      key,
      countOf(one, key) + countOf(other, key) - countOf(was, key),
    ]);
    // In the order in which they stand.
    return { ...one, ...Object.fromEntries(counted), ...(isObject(said) ? said : {}) };
  });
}

function countOf(value: unknown, key: string): number {
  const count = isObject(value) ? own(value, key) : undefined;
  return typeof count === 'number' ? count : 0;
}

/** What an agent says of itself, without what is counted. */
function saidIn(agent: unknown): JsonObject | undefined {
  if (!isObject(agent)) return undefined;
  return Object.fromEntries(Object.entries(agent).filter(([key]) => !COUNTS.includes(key)));
}

function mergedIds(base: unknown, one: unknown, other: unknown): string[] {
  const [before, a, b] = [base, one, other].map(
    (list) => new Set(Array.isArray(list) ? list.filter((id) => typeof id === 'string') : []),
  ) as [Set<string>, Set<string>, Set<string>];
  const stays = (id: string) => (before.has(id) ? a.has(id) && b.has(id) : true);
  return [...new Set([...a, ...b])].filter(stays).sort(compareIds);
}

function isLater(one: JsonObject, other: JsonObject): boolean {
  const byTime = compareTexts(String(one.last_updated ?? ''), String(other.last_updated ?? ''));
  return byTime !== 0 ? byTime > 0 : eitherOf(one, other) === one;
}

function higherOf(one: unknown, other: unknown): unknown {
  if (typeof one !== 'string' || typeof other !== 'string') return typeof one === 'string' ? one : other;
  return compareIds(one, other) >= 0 ? one : other;
}
