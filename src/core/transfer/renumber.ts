import { hashOf } from '../../message/hash.ts';
import type { Message } from '../../message/message.ts';
import { uidOf } from '../../message/uid.ts';
import { copyKey } from '../../store/changes.ts';
import type { Copy } from '../../store/store.ts';

/** What is to be put in, with ids that are nobody else's. */
export interface Renumbering {
  copies: Copy[];
  /** How many are there already. */
  skipped: number;
  renumbered: { from: string; to: string }[];
}

/**
 * Gives a fresh id to each incoming message whose id is another message's among those that are `there`, or that has none,
 * and lets the references among the incoming follow. `metadata.original_id` keeps the old id, by which a second import of
 * the same knows them. The copies of one message keep one id between them.
 */
export function renumber(incoming: readonly Copy[], there: readonly Copy[], freshId: () => string): Renumbering {
  const known = new Set(there.map(copyKey));
  const ids = idsFor(incoming, there, freshId);
  const followed = new Map<string, string>();
  for (const { from, to } of ids.values()) if (from !== '' && !followed.has(from)) followed.set(from, to);
  const copies: Copy[] = [];
  for (const copy of incoming) {
    const message = withId(copy.message, ids.get(nameOf(copy.message))?.to ?? copy.message.id, followed);
    const next = { inbox: copy.inbox, section: copy.section, message };
    if (!known.has(copyKey(next))) copies.push(next);
  }
  const renumbered = [...ids.values()].flatMap(({ from, to, isNew }) => (isNew ? [{ from, to }] : []));
  return { copies, skipped: incoming.length - copies.length, renumbered };
}

interface NewId {
  from: string;
  to: string;
  /** Not so since an earlier import. */
  isNew: boolean;
}

function idsFor(incoming: readonly Copy[], there: readonly Copy[], freshId: () => string): Map<string, NewId> {
  const owners = new Map<string, Set<string>>();
  const own = (id: string, uid: string) => owners.set(id, (owners.get(id) ?? new Set()).add(uid));
  const before = new Map<string, string>();
  for (const { message } of there) {
    own(message.id, uidOf(message));
    const original = message.metadata?.original_id;
    if (typeof original === 'string') before.set(`${original}\0${uidOf(message)}`, message.id);
  }
  const ids = new Map<string, NewId>();
  for (const { message } of incoming) {
    const { id } = message;
    const [name, uid] = [nameOf(message), uidOf(message)];
    if (ids.has(name)) continue;
    const earlier = before.get(name);
    const isFree = id !== '' && (owners.get(id)?.has(uid) ?? !owners.has(id));
    const to = isFree ? id : (earlier ?? freshId());
    own(to, uid);
    ids.set(name, { from: id, to, isNew: !isFree && earlier === undefined });
  }
  return ids;
}

/** What tells a message from another one with the same id. */
function nameOf(message: Message): string {
  return `${message.id}\0${uidOf(message)}`;
}

/** A message that is changed keeps what it is known by: its uid is written down, since the hash of its fields changes. */
function withId(message: Message, id: string, followed: ReadonlyMap<string, string>): Message {
  const follow = (old: string) => followed.get(old) ?? old;
  const { references, correlation_id, delivery, metadata } = message;
  const next: Message = {
    ...message,
    id,
    references: references.map(follow),
    ...(correlation_id === undefined ? {} : { correlation_id: follow(correlation_id) }),
    ...(delivery?.result === undefined ? {} : { delivery: { ...delivery, result: answered(delivery.result, follow) } }),
    ...(id === message.id ? {} : { metadata: withOriginal(metadata, message.id) }),
  };
  return hashOf(next) === hashOf(message) ? message : { ...next, uid: uidOf(message) };
}

/** What the store writes as the result of a message that a reply finished. */
function answered(result: string, follow: (id: string) => string): string {
  const id = /^Answered by (\S+)$/.exec(result)?.[1];
  return id === undefined ? result : `Answered by ${follow(id)}`;
}

function withOriginal(metadata: Message['metadata'], id: string): Message['metadata'] {
  if (id === '') return metadata;
  const { original_id: earlier } = metadata ?? {};
  return { ...metadata, original_id: id, ...(earlier === undefined ? {} : { earlier_original_id: earlier }) };
}
