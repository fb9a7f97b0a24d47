import { compareIds } from '../message/ids.ts';
import { byAge } from '../message/priority.ts';
import type { Copy } from '../store/store.ts';
import type { CoreContext } from './context.ts';
import { copiesOf, placeOf } from './find.ts';
import { copiesById, referencesOf } from './messages.ts';
import type { ThreadResult } from './requests.ts';

/**
 * The messages that belong together with the one with this id: tied by references in either direction or by
 * correlation id, over any number of steps. Archived and dead ones too.
 * @throws MESSAGE_NOT_FOUND
 */
export async function thread(ctx: CoreContext, id: string): Promise<ThreadResult> {
  const byId = await copiesById(ctx);
  // What `find` knows and `list` does not, or the error that tells of neither.
  if (!byId.has(id)) byId.set(id, (await copiesOf(ctx, id))[0]);
  const reached = reach(id, tiesOf(byId));
  const ids = [...reached].filter((node) => !node.startsWith(CORRELATION));
  const copies = ids.flatMap((one) => byId.get(one) ?? []).sort((a, b) => byAge(a.message, b.message));
  const messages = copies.map(({ message }) => message);
  const missing = new Set(messages.flatMap(referencesOf).filter((one) => !byId.has(one)));
  return { messages, places: copies.map(placeOf), missing: [...missing].sort(compareIds) };
}

/** Marks the nodes that stand for a correlation id, which ties many messages without tying each to each. */
const CORRELATION = 'correlation\0';

function tiesOf(byId: ReadonlyMap<string, Copy>): Map<string, string[]> {
  const ties = new Map<string, string[]>();
  const half = (from: string, to: string) => {
    const known = ties.get(from);
    if (known) known.push(to);
    else ties.set(from, [to]);
  };
  const tie = (a: string, b: string) => {
    half(a, b);
    half(b, a);
  };
  for (const { message } of byId.values()) {
    for (const reference of referencesOf(message)) tie(message.id, reference);
    if (message.correlation_id === undefined) continue;
    tie(message.id, CORRELATION + message.correlation_id);
    // An answer's correlation id is the id of the message that opened the exchange.
    if (byId.has(message.correlation_id)) tie(message.id, message.correlation_id);
  }
  return ties;
}

function reach(start: string, ties: ReadonlyMap<string, readonly string[]>): Set<string> {
  const reached = new Set([start]);
  // A set may grow while it is walked; each node is visited once, so cycles end.
  for (const node of reached) for (const next of ties.get(node) ?? []) reached.add(next);
  return reached;
}
