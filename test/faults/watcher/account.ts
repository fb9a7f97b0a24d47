import type { MessageEvent, WatchEvent } from '../../../src/cli/watch/event-data.ts';

/** Where each message stands by what a watcher was told, as "inbox id". */
export type Standing = Map<string, { status: string; section: string }>;

export interface Account {
  standing: Standing;
  /** What does not follow from what was told before: an arrival of what is there, a change of what is not. */
  contradictions: string[];
  arrivals: string[];
  removals: string[];
}

/** Goes over everything that one watcher was told, as somebody would who knows of the messages by it alone. */
export function accountOf(events: readonly WatchEvent[]): Account {
  const account: Account = { standing: new Map(), contradictions: [], arrivals: [], removals: [] };
  const { standing, contradictions } = account;
  const ofMessages = events.filter((event): event is MessageEvent => 'message' in event && event.event !== 'overdue');
  for (const { event, agent, message, previous_status, section } of ofMessages) {
    const key = `${agent} ${message.id}`;
    const known = standing.get(key);
    const against = (what: string) => contradictions.push(`${event} of ${key}, which ${what}`);
    if (event === 'waiting' || event === 'message') {
      if (known) against('is there');
      account.arrivals.push(message.id);
    } else if (!known) against('was never told of');
    else if (event === 'status' && previous_status !== known.status) against(`was ${known.status}, not ${previous_status}`);
    if (event === 'removed') {
      account.removals.push(message.id);
      standing.delete(key);
    } else standing.set(key, { status: message.status, section });
  }
  return account;
}

export function idsOf(events: readonly WatchEvent[], kind: MessageEvent['event']): string[] {
  return events.flatMap((event) => (event.event === kind && 'message' in event ? [event.message.id] : []));
}
