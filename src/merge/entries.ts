import { type Block, blocksOf, type InboxDocument } from '../inbox/inbox.ts';
import { completeMessage } from '../message/complete.ts';
import { normalise } from '../message/dialects.ts';
import type { Message } from '../message/message.ts';
import { contentHash, identityOf } from '../message/uid.ts';

/** A message in a file, or a block that cannot be read, with what it is known by. */
export interface Entry {
  key: string;
  block: Block;
  /** The how manieth block of its file it is. */
  at: number;
  /** Undefined for a broken block. */
  message: Message | undefined;
}

/** One message as the three versions of a file have it. */
export interface Trio {
  base?: Entry | undefined;
  ours?: Entry | undefined;
  theirs?: Entry | undefined;
}

/** The blocks of a file. Where several inboxes share it, copies of one message are told apart by their recipients. */
export function entriesOf(doc: InboxDocument, isShared: boolean): Entry[] {
  const seen = new Map<string, number>();
  return blocksOf(doc).map((block, at) => {
    const message = block.message === undefined ? undefined : completeMessage(normalise(block.message).message);
    const name = message
      ? `${isShared ? message.recipient : ''}\0${identityOf(message)}`
      : `broken\0${block.json.replaceAll('\r\n', '\n').trim()}`;
    // Somebody may have copied a block as a whole.
    const count = (seen.get(name) ?? 0) + 1;
    seen.set(name, count);
    return { key: count === 1 ? name : `${name}\0${count}`, block, at, message };
  });
}

/**
 * Finds for each message what it is in the other versions: by its identity, else, where one side gave it a uid, by its
 * content, or, where one side edited what it is known by, by its id.
 */
export function trios(base: readonly Entry[], ours: readonly Entry[], theirs: readonly Entry[]): Trio[] {
  const byKey = new Map<string, Trio>();
  for (const [side, entries] of [['base', base] as const, ['ours', ours] as const, ['theirs', theirs] as const]) {
    for (const entry of entries) byKey.set(entry.key, { ...byKey.get(entry.key), [side]: entry });
  }
  const all = [...byKey.values()];
  const whole = (trio: Trio) => trio.base && trio.ours && trio.theirs;
  const open = all.filter((trio) => !whole(trio) && messageOf(trio) !== undefined);
  return joined(all, open);
}

/** Joins what is one message under two names. */
function joined(all: Trio[], open: Trio[]): Trio[] {
  const gone = new Set<Trio>();
  const known = new Map<string, Trio[]>();
  for (const trio of open) {
    const names = aliasesOf(messageOf(trio));
    const other = names.flatMap((name) => known.get(name) ?? []).find((one) => !gone.has(one) && belong(one, trio));
    if (other) {
      Object.assign(other, trio);
      gone.add(trio);
      continue;
    }
    for (const name of names) known.set(name, [...(known.get(name) ?? []), trio]);
  }
  return all.filter((trio) => !gone.has(trio));
}

function messageOf({ base, ours, theirs }: Trio): Message | undefined {
  return (base ?? ours ?? theirs)?.message;
}

function aliasesOf(message: Message | undefined): string[] {
  if (!message) return [];
  const { id, uid, sender, timestamp } = message;
  const ownId = id === '' ? [] : [`id\0${id}\0${uid ?? `${sender}\0${timestamp}`}`];
  return [`content\0${contentHash(message)}`, ...ownId].map((name) => `${message.recipient}\0${name}`);
}

/** Whether no version has both, and one of them says less of what it is. */
function belong(one: Trio, other: Trio): boolean {
  const apart = (['base', 'ours', 'theirs'] as const).every((side) => !(one[side] && other[side]));
  const [a, b] = [messageOf(one), messageOf(other)];
  if (!apart || !a || !b) return false;
  return a.uid === undefined || b.uid === undefined || a.uid === b.uid;
}
