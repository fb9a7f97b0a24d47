import type { Message } from '../../message/message.ts';
import { identityOf, uidOf } from '../../message/uid.ts';
import type { Copy, Section } from '../../store/store.ts';
import { stepsOf } from './steps.ts';

export type ChangeKind =
  | 'sent'
  | 'claimed'
  | 'completed'
  | 'blocked'
  | 'failed'
  | 'released'
  | 'dead'
  | 'redriven'
  | 'archived'
  | 'held'
  | 'removed'
  | 'changed';

/** One thing that happened to one copy of a message between two states of a workspace. */
export interface Change {
  kind: ChangeKind;
  id: string;
  uid: string;
  inbox: string;
  type: string;
  sender: string;
  /** Who did it, as far as the message says; undefined for a person, and for what came by time. */
  agent?: string;
  /** When, ISO 8601, as far as the message says. */
  at?: string;
  /** Why, in the words of whoever did it: the error, the reason of a block, the result. Untrusted, and of any length. */
  note?: string;
  /** Where it lay before; undefined for what was not there. */
  from?: Section;
  /** Where it lies now; undefined for what is gone. */
  to?: Section;
  /** The id that it had before, where it got another. */
  previousId?: string;
  /** For `changed`: the envelope's members that differ. */
  fields?: string[];
}

/**
 * What happened to the copies of a workspace between two of its states, in the order of `after`, then what is gone. A copy
 * is known by inbox and uid, so that another id is no other message. Several changes of one copy are told in the order of
 * its life; what happened and was taken back in between cannot be seen. Pure.
 */
export function changesBetween(before: readonly Copy[], after: readonly Copy[]): Change[] {
  const known = new Map<string, Copy[]>();
  for (const copy of before) known.set(keyOf(copy), [...(known.get(keyOf(copy)) ?? []), copy]);
  const pairs = after.map((copy): Pair => ({ copy, was: undefined }));
  // Several copies share a uid only where somebody copied a block by hand; then the nearest match comes first.
  for (const isSame of [sameMessage, sameId, () => true]) {
    for (const pair of pairs) pair.was ??= takeFirst(known.get(keyOf(pair.copy)) ?? [], (one) => isSame(one, pair.copy));
  }
  const gone = [...known.values()].flat();
  return [...pairs.flatMap(({ was, copy }) => changesOf(was, copy)), ...gone.flatMap((copy) => changesOf(copy, undefined))];
}

interface Pair {
  copy: Copy;
  was: Copy | undefined;
}

function changesOf(was: Copy | undefined, now: Copy | undefined): Change[] {
  const copy = now ?? was;
  if (copy === undefined) return [];
  const { inbox, message } = copy;
  const base = {
    id: message.id,
    uid: uidOf(message),
    inbox,
    type: message.type,
    sender: message.sender,
    ...(was && { from: was.section }),
    ...(now && { to: now.section }),
    ...(was && now && was.message.id !== now.message.id && { previousId: was.message.id }),
  };
  if (!now) return [{ ...base, kind: 'removed' }];
  const steps = stepsOf(was, now);
  if (steps.length > 0) return steps.map(({ kind, ...rest }) => ({ ...base, kind, ...rest }));
  const fields = was ? differing(was.message, now.message) : [];
  return fields.length > 0 || was?.section !== now.section ? [{ ...base, kind: 'changed', fields }] : [];
}

function differing(before: Message, after: Message): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]));
}

function keyOf({ inbox, message }: Copy): string {
  return `${inbox}\0${uidOf(message)}`;
}

function sameMessage(one: Copy, other: Copy): boolean {
  return sameId(one, other) && identityOf(one.message) === identityOf(other.message);
}

function sameId(one: Copy, other: Copy): boolean {
  return one.message.id === other.message.id;
}

function takeFirst(copies: Copy[], fits: (copy: Copy) => boolean): Copy | undefined {
  const index = copies.findIndex(fits);
  return index < 0 ? undefined : copies.splice(index, 1)[0];
}
