import type { TrafficEntry } from '../traffic/entry.ts';
import type { Gathered } from './gather.ts';
import type { Metrics } from './metrics.ts';
import { nameOf, shareOf, Tally } from './tally.ts';

/** What passed the checks, or did not: a repeated send is not checked, a decision is about a message that was. */
const CHECKED: readonly TrafficEntry['event'][] = ['sent', 'held', 'refused'];

type LogCounts = Pick<Metrics, 'conflict_rate' | 'conflicts' | 'refused' | 'held'>;

/** What the log of verdicts and deliveries tells. */
export function logCountsOf(gathered: Gathered): LogCounts {
  const { traffic } = gathered;
  const checked = traffic.filter(({ event }) => CHECKED.includes(event));
  const conflicts = found(checked, 'conflict');
  const refused = found(
    checked.filter(({ event }) => event === 'refused'),
    'refuse',
  );
  const countOf = (event: TrafficEntry['event']) => traffic.filter((entry) => entry.event === event).length;
  return {
    conflict_rate: shareOf(conflicts.messages, checked.length),
    conflicts: { checked: checked.length, ...conflicts },
    refused,
    held: { now: heldNow(gathered), released: countOf('released'), rejected: countOf('rejected') },
  };
}

/** How many entries have findings of this kind, by code and by sender. A code counts once for each entry. */
function found(entries: readonly TrafficEntry[], kind: 'conflict' | 'refuse') {
  const [codes, senders] = [new Tally(), new Tally()];
  for (const { findings = [], sender } of entries) {
    const own = new Set(findings.filter(({ outcome }) => outcome === kind).map(({ code }) => nameOf(code)));
    if (own.size === 0) continue;
    senders.add(nameOf(sender));
    for (const code of own) codes.add(code);
  }
  return { messages: senders.total, by_code: codes.toRecord(), by_agent: senders.toRecord() };
}

/** By the store alone: what the log tells last of a message may be older than what became of it since, such as that it expired. */
function heldNow({ copies }: Gathered): number {
  return new Set(copies.filter(({ section }) => section === 'held').map(({ message }) => message.id)).size;
}
