import { typeMatches } from '../../message/filter.ts';
import type { LogEvent, LogRequest } from './history-requests.ts';

/** Which events a log tells; to be asked from the newest commit to the oldest. */
export type Choice = (events: readonly LogEvent[]) => LogEvent[];

/**
 * The events that a request asks for. A message is followed by its uid: `followed` are those that the id stands for now;
 * where there are none, the newest message that had the id is meant, and its uid is put in.
 */
export function chosenBy({ id, agent, types }: LogRequest, followed: Set<string>): Choice {
  const passes = (event: LogEvent) =>
    (agent === undefined || [event.agent, event.sender, event.inbox].includes(agent)) &&
    (types === undefined || types.length === 0 || types.some((type) => typeMatches(type.toLowerCase(), event.type.toLowerCase())));
  return (events) => {
    if (id !== undefined) follow(events, id, followed);
    return events.filter((event) => (id === undefined || followed.has(event.uid)) && passes(event));
  };
}

function follow(events: readonly LogEvent[], id: string, followed: Set<string>): void {
  if (followed.size === 0) for (const { id: now, previousId, uid } of events) if (now === id || previousId === id) followed.add(uid);
  // A message without a uid of its own is another one for us when somebody changes its text by hand.
  for (const { kind, id: now, inbox, uid } of events) {
    if (kind !== 'sent' || !followed.has(uid)) continue;
    const rewritten = events.filter((other) => other.kind === 'removed' && other.id === now && other.inbox === inbox);
    for (const { uid: before } of rewritten) followed.add(before);
  }
}
