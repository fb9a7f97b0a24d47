import { EVERY_SECTION } from '../../src/store/sections.ts';
import type { Copy, Store } from '../../src/store/store.ts';
import { AGENTS } from './repository.ts';

/** Random deeds on a branch, and what a merge of branches must come to, written down without a look at how it merges. */

export type Random = (below: number) => number;

/** A generator that gives the same numbers for the same seed. */
export function randomOf(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

let sent = 0;

/** One deed after another; what is refused (claimed, finished, gone) is passed over. */
export async function act(store: Store, deeds: number, random: Random, now: () => number): Promise<void> {
  for (let n = 0; n < deeds; n += 1) await deed(store, random, now).catch(passOver);
}

function passOver(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'CommsError') throw error;
}

async function deed(store: Store, random: Random, now: () => number): Promise<void> {
  const pick = <T>(items: readonly T[]): T | undefined => items[random(items.length)];
  const copies = await store.list({ sections: ['active'] });
  const copy = pick(copies);
  const what = random(12);
  if (what < 3 || !copy) return send(store, random, now);
  const { inbox, message } = copy;
  const request = { agent: inbox, id: message.id };
  if (what === 3) return reply(store, copy, now, { done: true });
  if (what === 4) return reply(store, copy, now, { done: false });
  if (what === 5) return void (await store.claim({ ...request, leaseMs: 1e12 }));
  if (what === 6) return void (await store.complete(request));
  if (what === 7) return void (await store.fail({ ...request, error: 'no', reject: random(2) === 0 }));
  if (what === 8) return void (await store.block({ ...request, reason: 'waits' }));
  if (what === 9) return void (await store.archive({ agent: inbox, rotate: random(2) === 0 }));
  const dead = pick(await store.list({ sections: ['dead'] }));
  if (what === 10 && dead) return void (await store.redrive({ id: dead.message.id }));
  const held = pick(await store.list({ sections: ['held'] }));
  if (held) await store.releaseHeld({ id: held.message.id });
}

async function send(store: Store, random: Random, now: () => number): Promise<void> {
  const sender = AGENTS[random(AGENTS.length)] as string;
  const others = AGENTS.filter((agent) => agent !== sender);
  const recipients = random(4) === 0 ? others : [others[random(others.length)] as string];
  sent += 1;
  const draft = draftFrom(sender, `Subject ${String(sent).padStart(6, '0')}`, now);
  await store.deliver({ draft, recipients, ...(random(8) === 0 && { hold: 'to be looked at' }) });
}

async function reply(store: Store, { inbox, message }: Copy, now: () => number, { done }: { done: boolean }): Promise<void> {
  const draft = {
    ...draftFrom(inbox, `Re: ${message.subject}`.slice(0, 300), now),
    references: [message.id],
    correlation_id: message.id,
    metadata: { answers: message.uid },
  };
  await store.deliver({ draft, recipients: [message.sender], ...(done && { completes: { agent: inbox, id: message.id } }) });
}

let uids = 0;

export function draftFrom(sender: string, subject: string, now: () => number) {
  uids += 1;
  return {
    timestamp: new Date(now()).toISOString(),
    sender,
    type: 'INFO',
    priority: 'medium' as const,
    status: 'PENDING' as const,
    subject,
    content: { details: 'Something happened.', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    uid: `sent-${String(uids).padStart(6, '0')}`,
  };
}

export type Snapshot = Map<string, Copy>;

/** Every copy by inbox and uid. Throws where one is there twice: then something was doubled. */
export async function snapshot(store: Store): Promise<Snapshot> {
  const copies = await store.list({ sections: EVERY_SECTION });
  const found = new Map<string, Copy>();
  for (const copy of copies) {
    const key = `${copy.inbox} ${copy.message.uid}`;
    if (found.has(key)) throw new Error(`${key} is there twice: ${copy.file} and ${found.get(key)?.file}`);
    found.set(key, copy);
  }
  return found;
}

/** What has to be there after two branches were merged that began at `base`. */
export function expectedOf(base: Snapshot, one: Snapshot, other: Snapshot): Snapshot {
  const merged: Snapshot = new Map();
  for (const key of new Set([...one.keys(), ...other.keys()])) {
    const [before, a, b] = [base.get(key), one.get(key), other.get(key)];
    const kept = stays(before, a, b);
    if (kept) merged.set(key, kept);
  }
  return merged;
}

function stays(before: Copy | undefined, a: Copy | undefined, b: Copy | undefined): Copy | undefined {
  if (!a || !b) {
    const left = a ?? b;
    return before && left && sameState(before, left) ? undefined : left;
  }
  if (before && sameState(before, a)) return b;
  if (before && sameState(before, b)) return a;
  return ORDER.indexOf(stateOf(a)) >= ORDER.indexOf(stateOf(b)) ? a : b;
}

const ORDER = ['held', 'PENDING', 'IN_PROGRESS', 'BLOCKED', 'dead', 'COMPLETED', 'archived'];

export function stateOf({ section, message }: Copy): string {
  return section === 'active' ? message.status : section;
}

function sameState(one: Copy, other: Copy): boolean {
  const text = ({ section, file, message: { status, delivery, not_before } }: Copy) =>
    // The id of the answer may be another one after a merge.
    JSON.stringify([section, file, status, { ...delivery, result: delivery?.result?.replace(/msg-\d+/, '') }, not_before]);
  return text(one) === text(other);
}

/** "gpt sent-000001 PENDING", sorted. */
export function statesOf(found: Snapshot): string[] {
  return [...found].map(([key, copy]) => `${key} ${stateOf(copy)}`).sort();
}

/** What is wrong with ids and with what refers to them: each must name the message that was meant. */
export function wrongIds(found: Snapshot): string[] {
  const owners = new Map<string, Set<string>>();
  const idOf = new Map<string, string>();
  for (const { message } of found.values()) {
    owners.set(message.id, (owners.get(message.id) ?? new Set()).add(String(message.uid)));
    idOf.set(String(message.uid), message.id);
  }
  const twice = [...owners].flatMap(([id, uids]) => (uids.size > 1 ? [`${id} is ${[...uids].join(' and ')}`] : []));
  const wrong = [...found.values()].flatMap(({ message }) => {
    const meant = message.metadata?.answers;
    const id = typeof meant === 'string' ? idOf.get(meant) : undefined;
    if (id === undefined) return [];
    return message.references[0] === id && message.correlation_id === id
      ? []
      : [`${message.uid} (${message.subject}) answers ${id} and says ${message.references[0]}, ${message.correlation_id}`];
  });
  const results = [...found.values()].flatMap(({ message }) => {
    const answer = /^Answered by (\S+)$/.exec(message.delivery?.result ?? '')?.[1];
    const by = [...found.values()].find((copy) => copy.message.id === answer)?.message;
    return answer === undefined || by === undefined || by.metadata?.answers === message.uid
      ? []
      : [`${message.uid} was answered by ${by.uid}?`];
  });
  return [...twice, ...wrong, ...results];
}
