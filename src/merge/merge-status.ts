import { compareIds } from '../message/ids.ts';
import { isObject } from '../message/json.ts';
import { eitherOf, mergeDeep, mergeMembers, mergeValue, own } from './merge-values.ts';
import { compareTexts } from './state.ts';

type JsonObject = Record<string, unknown>;

/** What follows from the messages; it is derived anew by the next write. */
const DERIVED = ['groups', 'pending_items', 'in_progress_items', 'blocked_items', 'completed_items'];
const COUNTS = ['messages_pending', 'messages_in_progress', 'messages_blocked', 'messages_processed', 'error_count'];

/**
 * Merges status.json, without ever a conflict: what agents say of themselves from the side that changed it, else from the
 * later file; the last id is the higher one; counts and lists are those of the later file until they are derived again.
 * A side that is no JSON says nothing.
 */
export function mergeStatus(base: unknown, ours: unknown, theirs: unknown): JsonObject | undefined {
  if (!isObject(ours) || !isObject(theirs)) return isObject(ours) ? ours : isObject(theirs) ? theirs : undefined;
  const before = isObject(base) ? base : {};
  const [later, earlier] = isLater(ours, theirs) ? [ours, theirs] : [theirs, ours];
  return mergeMembers(before, ours, theirs, (one, other, key) => {
    if (key === 'last_message_id') return higherOf(one, other);
    if (DERIVED.includes(key) || key === 'last_updated') return own(later, key);
    if (key === 'agents') return mergedAgents(own(before, key), own(later, key), own(earlier, key));
    return mergeDeep(own(before, key), one, other);
  });
}

function mergedAgents(base: unknown, later: unknown, earlier: unknown): unknown {
  if (!isObject(later) || !isObject(earlier)) return isObject(later) ? later : earlier;
  const before = isObject(base) ? base : {};
  return mergeMembers(before, later, earlier, (one, other, agent) => {
    if (!isObject(one) || !isObject(other)) return isObject(one) ? one : other;
    const said = mergeValue(saidIn(own(before, agent)), saidIn(one), saidIn(other), (newer) => newer);
    return { ...one, ...(isObject(said) ? said : {}) };
  });
}

/** What an agent says of itself, without what is counted. */
function saidIn(agent: unknown): JsonObject | undefined {
  if (!isObject(agent)) return undefined;
  return Object.fromEntries(Object.entries(agent).filter(([key]) => !COUNTS.includes(key)));
}

function isLater(one: JsonObject, other: JsonObject): boolean {
  const byTime = compareTexts(String(one.last_updated ?? ''), String(other.last_updated ?? ''));
  return byTime !== 0 ? byTime > 0 : eitherOf(one, other) === one;
}

function higherOf(one: unknown, other: unknown): unknown {
  if (typeof one !== 'string' || typeof other !== 'string') return typeof one === 'string' ? one : other;
  return compareIds(one, other) >= 0 ? one : other;
}
