import { isoOf, timeOf } from '../../message/time.ts';
import type { Gathered } from './gather.ts';
import type { Metrics } from './metrics.ts';
import { byName, nameOf, Tally } from './tally.ts';

const HOUR_MS = 3_600_000;

type Counts = Pick<Metrics, 'total_messages' | 'messages_by_type' | 'messages_by_agent' | 'messages_by_hour'>;

/** How many messages there were, and of whom, of what kind and when. */
export function countsOf({ messages, copies, agents }: Gathered): Counts {
  const types = new Tally();
  const [sent, received] = [new Tally(), new Tally()];
  const hours = new Tally();
  for (const { type, sender, timestamp } of messages) {
    types.add(nameOf(type));
    sent.add(nameOf(sender));
    const at = timeOf(timestamp);
    if (at !== undefined) hours.add(isoOf(Math.floor(at / HOUR_MS) * HOUR_MS));
  }
  for (const { inbox, section } of copies) if (section !== 'held') received.add(inbox);
  const names = [...new Set([...agents, ...sent.names(), ...received.names()])];
  const traffic = (name: string) => sent.get(name) + received.get(name);
  names.sort((a, b) => traffic(b) - traffic(a) || byName(a, b));
  return {
    total_messages: messages.length,
    messages_by_type: types.toRecord(),
    messages_by_agent: Object.fromEntries(names.map((name) => [name, { sent: sent.get(name), received: received.get(name) }])),
    messages_by_hour: Object.fromEntries(Object.entries(hours.toRecord()).sort(([a], [b]) => Date.parse(a) - Date.parse(b))),
  };
}
