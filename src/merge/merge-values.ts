import { hashOf } from '../message/hash.ts';
import { isObject } from '../message/json.ts';
import { compareTexts } from './state.ts';

type JsonObject = Record<string, unknown>;

/** Decides where both sides changed a member, each to something else; undefined takes the member away. */
export type Settle = (ours: unknown, theirs: unknown, key: string) => unknown;

/**
 * Merges the members of two objects that were one: a change on one side wins over none, a member that one side took away
 * goes, unless the other side changed it. Members keep the order that they have in `ours`.
 */
export function mergeMembers(base: JsonObject, ours: JsonObject, theirs: JsonObject, settle: Settle): JsonObject {
  const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
  const members = keys.flatMap((key): [string, unknown][] => {
    const value = mergeValue(own(base, key), own(ours, key), own(theirs, key), (one, other) => settle(one, other, key));
    return value === undefined ? [] : [[key, value]];
  });
  // fromEntries defines its members, so that one named __proto__ stays plain data.
  return Object.fromEntries(members);
}

/** The same for one value; undefined stands for one that is not there. */
export function mergeValue(base: unknown, ours: unknown, theirs: unknown, settle: (ours: unknown, theirs: unknown) => unknown): unknown {
  // To JSON nothing is null.
  const [before, one, other] = [base, ours, theirs].map((value) => (value === undefined ? '' : hashOf(value)));
  if (one === other || other === before) return ours;
  if (one === before) return theirs;
  // What one side changed and the other took away is kept.
  if (ours === undefined) return theirs;
  return theirs === undefined ? ours : settle(ours, theirs);
}

/** The same one of two values, whichever comes first. */
export function eitherOf(a: unknown, b: unknown): unknown {
  return compareTexts(hashOf(a), hashOf(b)) < 0 ? b : a;
}

/** Objects are merged member by member, of anything else either one is taken. */
export function mergeDeep(base: unknown, ours: unknown, theirs: unknown): unknown {
  return mergeValue(base, ours, theirs, (one, other) => {
    if (!isObject(one) || !isObject(other)) return eitherOf(one, other);
    const before = isObject(base) ? base : {};
    return mergeMembers(before, one, other, (a, b, key) => mergeDeep(own(before, key), a, b));
  });
}

/** A member of the object's own, whatever it is called. */
export function own(object: JsonObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
