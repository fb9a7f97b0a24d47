import { hashOf } from '../message/hash.ts';
import { compareIds } from '../message/ids.ts';
import { isObject } from '../message/json.ts';
import type { Message } from '../message/message.ts';
import { type FormerId, formerIdsIn, unitedFormerIds } from './former-ids.ts';
import { eitherOf, mergeDeep, mergeMembers, own } from './merge-values.ts';
import { compareStates, type Place } from './state.ts';

type JsonObject = Record<string, unknown>;

/** One copy of a message in one file. */
export interface Side {
  place: Place;
  /** As the file has it. */
  json: JsonObject;
  /** The same, completed. */
  message: Message;
}

/** What a message has come to: where it goes, and what it says. */
export interface Merged {
  place: Place;
  json: JsonObject;
}

/** The members that change together as a message lives; who is further has them all. */
const OF_STATE = ['status', 'delivery', 'not_before'];

/**
 * Merges two copies of one message. The state (with the place) of one side's change wins over none, of two changes the
 * further one; every other member is merged by itself. Of two ids the lower one stays, and metadata.former_ids keeps the
 * other, which messages up to the time `until` may mean. Without a base both sides count as changed.
 */
export function mergeMessage(base: Side | undefined, ours: Side, theirs: Side, until: string): Merged {
  const { place, json: further } = mergedState(base, ours, theirs);
  const before = base?.json ?? {};
  const settle = (one: unknown, other: unknown, key: string) =>
    key === 'id' ? lowerOf(one, other) : mergeDeep(own(before, key), one, other);
  const members = mergeMembers(before, ours.json, theirs.json, (one, other, key) =>
    key === 'content' || key === 'references' ? eitherOf(one, other) : settle(one, other, key),
  );
  const json = withState(members, further);
  return { place, json: withLoserId(json, ours, theirs, until) };
}

function mergedState(base: Side | undefined, ours: Side, theirs: Side): Side {
  if (base !== undefined) {
    if (sameState(theirs, base)) return ours;
    if (sameState(ours, base)) return theirs;
  }
  return compareStates(ours, theirs) >= 0 ? ours : theirs;
}

function sameState(one: Side, other: Side): boolean {
  return one.place === other.place && hashOf(pick(one.json)) === hashOf(pick(other.json));
}

function pick(json: JsonObject): JsonObject {
  return Object.fromEntries(OF_STATE.flatMap((key) => (Object.hasOwn(json, key) ? [[key, json[key]]] : [])));
}

function withState(members: JsonObject, from: JsonObject): JsonObject {
  const state = pick(from);
  const kept = Object.entries(members).flatMap(([key, value]): [string, unknown][] => {
    if (!OF_STATE.includes(key)) return [[key, value]];
    return Object.hasOwn(state, key) ? [[key, state[key]]] : [];
  });
  const added = Object.entries(state).filter(([key]) => !Object.hasOwn(members, key));
  return Object.fromEntries([...kept, ...added]);
}

function lowerOf(one: unknown, other: unknown): unknown {
  // Somebody gave it one, where the other side had none.
  if (typeof one !== 'string' || one === '') return other;
  if (typeof other !== 'string' || other === '') return one;
  return compareIds(one, other) <= 0 ? one : other;
}

function withLoserId(json: JsonObject, ours: Side, theirs: Side, until: string): JsonObject {
  const lists = [ours, theirs].map((side) => formerIdsIn(isObject(side.json.metadata) ? side.json.metadata.former_ids : undefined));
  const lost: FormerId[] = [ours.message.id, theirs.message.id]
    .filter((id) => id !== '' && id !== json.id && ours.message.id !== theirs.message.id && isRenumbered(ours, theirs))
    .map((id) => ({ id, until }));
  const formerIds = unitedFormerIds(unitedFormerIds(lists[0] ?? [], lists[1] ?? []), lost);
  if (formerIds.length === 0) return json;
  const metadata = isObject(json.metadata) ? json.metadata : {};
  return { ...json, metadata: { ...metadata, former_ids: formerIds } };
}

/** Both sides gave the message another id than it had; else the one that it had is known already. */
function isRenumbered(ours: Side, theirs: Side): boolean {
  return [ours, theirs].every(({ json }) => formerIdsIn(isObject(json.metadata) ? json.metadata.former_ids : undefined).length > 0);
}
