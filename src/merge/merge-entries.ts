import { hashOf } from '../message/hash.ts';
import { isObject } from '../message/json.ts';
import { eitherOf, mergeDeep, mergeMembers, own } from './merge-values.ts';
import { compareTexts } from './state.ts';

type JsonObject = Record<string, unknown>;

/**
 * Merges channels.json by channel and agent: who subscribed or left on one side did. Where one side says that an agent
 * reads a channel and the other that it does not, it does: nobody is to miss mail. Undefined where a side cannot be read.
 */
export function mergeChannels(base: unknown, ours: unknown, theirs: unknown): JsonObject | undefined {
  if (!hasMembers(ours, 'channels', isObject) || !hasMembers(theirs, 'channels', isObject)) return undefined;
  const before = isObject(base) ? base : {};
  return mergeMembers(before, ours, theirs, (one, other, key) => {
    if (key !== 'channels' || !isObject(one) || !isObject(other)) return mergeDeep(own(before, key), one, other);
    const channels = isObject(before.channels) ? before.channels : {};
    const [mine, yours] = [withAll(one, other), withAll(other, one)];
    return withoutEmpty(mergeMembers(channels, mine, yours, (a, b, channel) => mergedReaders(own(channels, channel), a, b)));
  });
}

/**
 * Merges reservations.json by agent and path: what one side reserved is, what one side gave back is not, of two renewals
 * the longer one holds. Undefined where a side cannot be read.
 */
export function mergeReservations(base: unknown, ours: unknown, theirs: unknown): JsonObject | undefined {
  if (!hasMembers(ours, 'reservations', Array.isArray) || !hasMembers(theirs, 'reservations', Array.isArray)) return undefined;
  const before = isObject(base) ? base : {};
  return mergeMembers(before, ours, theirs, (one, other, key) => {
    if (key !== 'reservations') return mergeDeep(own(before, key), one, other);
    const list = Array.isArray(before.reservations) ? before.reservations : [];
    const merged = mergeMembers(byName(list), byName(one), byName(other), longerOf);
    return Object.values(merged).sort((a, b) => compareTexts(orderOf(a), orderOf(b)));
  });
}

function mergedReaders(base: unknown, one: unknown, other: unknown): unknown {
  if (!isObject(one) || !isObject(other)) return isObject(one) ? one : other;
  return mergeMembers(isObject(base) ? base : {}, one, other, (mine, yours) => {
    if (typeof mine !== 'string' || typeof yours !== 'string') return typeof mine === 'string' ? mine : yours;
    return compareTexts(mine, yours) >= 0 ? mine : yours;
  });
}

/** A channel that is not there has no readers, as one that everybody left. */
function withAll(one: JsonObject, other: JsonObject): JsonObject {
  const missing = Object.keys(other).filter((channel) => !Object.hasOwn(one, channel));
  return { ...one, ...Object.fromEntries(missing.map((channel) => [channel, {}])) };
}

function withoutEmpty(channels: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(channels).filter(([, readers]) => !isObject(readers) || Object.keys(readers).length > 0));
}

/** What is no reservation is known by all that it says, so that it stays. */
function byName(list: unknown): JsonObject {
  const entries: unknown[] = Array.isArray(list) ? list : [];
  return Object.fromEntries(entries.map((entry) => [nameOf(entry), entry]));
}

function nameOf(entry: unknown): string {
  if (isObject(entry) && typeof entry.agent === 'string' && typeof entry.path === 'string') return `r ${entry.agent}\0${entry.path}`;
  return `x ${hashOf(entry)}`;
}

function longerOf(one: unknown, other: unknown): unknown {
  const end = (entry: unknown) => (isObject(entry) ? String(entry.expires_at ?? '') : '');
  const byEnd = compareTexts(end(one), end(other));
  return byEnd === 0 ? eitherOf(one, other) : byEnd > 0 ? one : other;
}

/** As they were made; what is none comes last. */
function orderOf(entry: unknown): string {
  return isObject(entry) && typeof entry.reserved_at === 'string' ? `0${entry.reserved_at}\0${nameOf(entry)}` : `1${nameOf(entry)}`;
}

function hasMembers(value: unknown, name: string, check: (member: unknown) => boolean): value is JsonObject {
  return isObject(value) && check(own(value, name));
}
