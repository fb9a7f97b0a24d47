import { hashOf } from '../message/hash.ts';
import { compareIds } from '../message/ids.ts';
import type { Message } from '../message/message.ts';
import { identityOf, uidOf } from '../message/uid.ts';
import { formerIdsOf, unitedFormerIds } from './former-ids.ts';
import { type KnownMessage, referenceTo } from './references.ts';
import { compareStates, compareTexts, type Place } from './state.ts';

/** A copy of a message somewhere in a workspace. */
export interface Located {
  inbox: string;
  section: Place;
  message: Message;
  file?: string;
}

/** What is to be done about what a merge left behind; nothing where every list is empty. */
export interface Reconciliation<C extends Located> {
  /** One message in two places: `gone` is to go, `kept` is further. */
  doubles: { gone: C; kept: C }[];
  /** Copies as they are to be. */
  changes: { copy: C; message: Message }[];
  /** Messages that get another id, once each. */
  renumbered: { message: Message; id: string }[];
}

export interface ReconcileOptions {
  /** The next id that nobody has. */
  freshId: () => string;
  /** Whether messages without a uid, which people wrote, get other ids too. */
  byHand: boolean;
}

/**
 * Plans what settles a workspace whose files were merged one by one (DESIGN §8). A message in two places stays where it is
 * further. Of several messages with one id the one that was sent first keeps it; the others get fresh ids in the order in
 * which they were sent, and what refers to them follows (see {@link referenceTo}). Every clone comes to the same plan, but
 * for the numbers that are free; done again it is empty. Messages that share a uid were copied by hand: they are left alone.
 */
export function planReconciliation<C extends Located>(copies: readonly C[], { freshId, byHand }: ReconcileOptions): Reconciliation<C> {
  const { kept, doubles } = withoutDoubles(copies);
  const known = knownMessages(copies);
  const losers = losersIn(known, byHand);
  for (const loser of losers) loser.id = freshId();
  const until = latestOf(copies);
  const byName = new Map(known.map((one) => [one.name, one]));
  const target = referenceTo(known);
  const changes = kept.flatMap((copy) => {
    const message = settled(copy.message, { self: byName.get(nameOf(copy.message)), until, target });
    return message === copy.message ? [] : [{ copy, message }];
  });
  const renumbered = losers.map(({ message, id }) => ({ message, id }));
  return { doubles, changes, renumbered };
}

function latestOf(copies: readonly Located[]): string {
  return (
    copies
      .map(({ message }) => message.timestamp)
      .sort()
      .at(-1) ?? ''
  );
}

/** What one message is, whichever copy of it: copied by hand with another content, it is another one. */
function nameOf(message: Message): string {
  return `${identityOf(message)} ${hashOf(message.content)}`;
}

function withoutDoubles<C extends Located>(copies: readonly C[]): { kept: C[]; doubles: { gone: C; kept: C }[] } {
  const best = new Map<string, C>();
  const keyOf = ({ inbox, message }: C) => `${inbox}\0${nameOf(message)}`;
  for (const copy of copies) {
    const other = best.get(keyOf(copy));
    if (other === undefined || compareCopies(copy, other) > 0) best.set(keyOf(copy), copy);
  }
  const kept = copies.filter((copy) => best.get(keyOf(copy)) === copy);
  if (kept.length === copies.length) return { kept, doubles: [] };
  const doubles = copies.flatMap((gone) => {
    const stays = best.get(keyOf(gone));
    return stays === undefined || stays === gone ? [] : [{ gone, kept: stays }];
  });
  return { kept, doubles };
}

function compareCopies(a: Located, b: Located): number {
  const byState = compareStates({ place: a.section, message: a.message }, { place: b.section, message: b.message });
  return byState === 0 ? compareTexts(b.file ?? '', a.file ?? '') : byState;
}

/** Every message once, with all ids that copies of it have; `id` is the one that it keeps for now. */
function knownMessages(copies: readonly Located[]): KnownMessage[] {
  const known = new Map<string, KnownMessage>();
  const owners = new Map<string, Set<string>>();
  for (const { message } of copies) {
    const name = nameOf(message);
    const one = known.get(name) ?? { name, message, id: message.id, ids: new Set(), former: formerIdsOf(message) };
    known.set(name, one);
    if (message.id === '') continue;
    one.ids.add(message.id);
    owners.set(message.id, (owners.get(message.id) ?? new Set()).add(uidOf(message)));
  }
  for (const one of known.values()) if (one.ids.size > 1) one.id = bestOf(one.ids, owners);
  return [...known.values()];
}

/** Of several ids of one message one that is no other message's, and of those the lowest. */
function bestOf(ids: ReadonlySet<string>, owners: ReadonlyMap<string, ReadonlySet<string>>): string {
  const isOwn = (id: string) => (owners.get(id)?.size ?? 0) < 2;
  const [best = ''] = [...ids].sort((a, b) => Number(isOwn(b)) - Number(isOwn(a)) || compareIds(a, b));
  return best;
}

/** Those whose id is an earlier message's, in the order in which they were sent. */
function losersIn(known: readonly KnownMessage[], byHand: boolean): KnownMessage[] {
  const byId = new Map<string, KnownMessage[]>();
  for (const one of known) if (one.id !== '') byId.set(one.id, [...(byId.get(one.id) ?? []), one]);
  const losers = [...byId.values()].flatMap((same) => {
    const [keeper, ...others] = [...same].sort(compareClaims);
    if (!keeper || (!byHand && same.some(({ message }) => message.uid === undefined))) return [];
    return others.filter(({ message }) => uidOf(message) !== uidOf(keeper.message));
  });
  return losers.sort(compareClaims);
}

/** What has a uid was sent by comms, which told its sender the id; then who was first. */
function compareClaims({ message: a }: KnownMessage, { message: b }: KnownMessage): number {
  const byUid = Number(a.uid === undefined) - Number(b.uid === undefined);
  return byUid || compareTexts(a.timestamp, b.timestamp) || compareTexts(uidOf(a), uidOf(b));
}

interface Around {
  self: KnownMessage | undefined;
  until: string;
  target: ReturnType<typeof referenceTo>;
}

/** A message with its id and its references as they are to be; the same object where nothing changes. */
function settled(message: Message, { self, until, target }: Around): Message {
  const follow = (id: string) => target(message, id, 'reference');
  const { references, correlation_id: thread, delivery } = message;
  const next: Message = { ...message };
  if (self && self.id !== message.id) Object.assign(next, withId(message, self, until));
  const followed = references.map(follow);
  if (followed.some((id, n) => id !== references[n])) Object.assign(next, { references: followed, uid: uidOf(message) });
  if (thread !== undefined && follow(thread) !== thread) next.correlation_id = follow(thread);
  const answer = typeof delivery?.result === 'string' ? /^Answered by (\S+)$/.exec(delivery.result)?.[1] : undefined;
  const answered = answer === undefined ? undefined : target(message, answer, 'answer');
  if (answered !== answer) next.delivery = { ...delivery, result: `Answered by ${answered}` };
  return hashOf(next) === hashOf(message) ? message : next;
}

/** Under its new id, with the old ones kept for what may still come and name it by them. */
function withId({ id, metadata }: Message, self: KnownMessage, until: string): Partial<Message> {
  const lost = [...self.ids, ...(id === '' ? [] : [id])].filter((old) => old !== self.id).map((old) => ({ id: old, until }));
  return { id: self.id, metadata: { ...metadata, former_ids: unitedFormerIds(self.former, lost) } };
}
