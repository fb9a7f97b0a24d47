import { isReplay, referencesOf } from '../../message/answers.ts';
import type { Message } from '../../message/message.ts';
import { byAge } from '../../message/priority.ts';
import { isoOf, timeOf } from '../../message/time.ts';
import type { Gathered } from './gather.ts';
import type { Thread } from './metrics.ts';
import { byName, nameOf } from './tally.ts';

/** How many threads are worth a look. */
const SHOWN = 10;
/** Marks what ties messages by correlation id without being one. */
const CORRELATION = 'correlation\0';

/** The threads with the most messages, of those that have two or more: tied by references or correlation ids. Replays begin anew. */
export function busiestThreadsOf({ messages }: Pick<Gathered, 'messages'>): Thread[] {
  const threads = new Map<string, Message[]>();
  const rootOf = rootsOf(messages);
  for (const message of messages) {
    const root = rootOf(message.id);
    const known = threads.get(root);
    if (known) known.push(message);
    else threads.set(root, [message]);
  }
  return [...threads.values()]
    .filter((some) => some.length > 1)
    .map((some) => threadOf(some.sort(byAge)))
    .sort((a, b) => b.messages - a.messages || byName(b.last_at ?? '', a.last_at ?? ''))
    .slice(0, SHOWN);
}

function threadOf(messages: readonly Message[]): Thread {
  const times = messages.flatMap(({ timestamp }) => timeOf(timestamp) ?? []);
  const [first, last] = [times[0], times.at(-1)];
  return {
    id: nameOf(messages[0]?.id),
    subject: nameOf(messages[0]?.subject),
    messages: messages.length,
    agents: [...new Set(messages.map(({ sender }) => nameOf(sender)))],
    first_at: first === undefined ? null : isoOf(first),
    last_at: last === undefined ? null : isoOf(last),
  };
}

/** Union-find over ids: what is tied has one root. */
function rootsOf(messages: readonly Message[]): (id: string) => string {
  const parents = new Map<string, string>();
  const rootOf = (id: string) => {
    let root = id;
    for (let above = parents.get(root); above !== undefined; above = parents.get(root)) root = above;
    // Shortened, so that a chain of answers is not walked again and again.
    for (let at = id; at !== root; ) {
      const above = parents.get(at) ?? root;
      parents.set(at, root);
      at = above;
    }
    return root;
  };
  const tie = (a: string, b: string) => {
    const [one, other] = [rootOf(a), rootOf(b)];
    if (one !== other) parents.set(one, other);
  };
  const known = new Set(messages.map(({ id }) => id));
  for (const message of messages) {
    const { id, correlation_id } = message;
    if (!isReplay(message)) for (const reference of referencesOf(message)) if (known.has(reference)) tie(id, reference);
    if (correlation_id === undefined) continue;
    tie(id, CORRELATION + correlation_id);
    if (known.has(correlation_id)) tie(id, correlation_id);
  }
  return rootOf;
}
