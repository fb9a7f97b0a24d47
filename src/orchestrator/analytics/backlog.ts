import { timeOf } from '../../message/time.ts';
import { asksForAnswer, isOpen, type SeenCopy } from '../answers.ts';
import { overdueIn } from '../deadlines.ts';
import type { Gathered } from './gather.ts';
import type { Metrics, Open, Waiting } from './metrics.ts';
import { byName, nameOf } from './tally.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

type Backlog = Pick<Metrics, 'waiting' | 'overdue' | 'open_by_agent'>;

/** What lies open, who waits for it, and what is late. */
export function backlogOf(gathered: Gathered): Backlog {
  return { waiting: waitingIn(gathered), overdue: overdueBy(gathered), open_by_agent: openByAgent(gathered) };
}

function waitingIn({ copies, answersTo, now }: Gathered): Waiting[] {
  const pairs = new Map<string, Waiting>();
  for (const copy of copies) {
    if (!isOpen(copy) || !asksForAnswer(copy.message) || answersTo(copy).length > 0) continue;
    const [from, to, age] = [nameOf(copy.message.sender), copy.inbox, ageOf(copy, now)];
    const key = JSON.stringify([from, to]);
    const pair = pairs.get(key) ?? { from, to, count: 0, oldest_id: nameOf(copy.message.id), oldest_ms: null };
    pair.count += 1;
    if (age !== undefined && age > (pair.oldest_ms ?? -1)) Object.assign(pair, { oldest_id: nameOf(copy.message.id), oldest_ms: age });
    pairs.set(key, pair);
  }
  return [...pairs.values()].sort((a, b) => b.count - a.count || byName(a.from, b.from) || byName(a.to, b.to));
}

function overdueBy({ copies, answersTo, now }: Gathered): Metrics['overdue'] {
  const byAgent = new Map<string, { count: number; longest_ms: number }>();
  // Answers may lie outside of the window, and are looked for among all messages.
  const late = overdueIn(copies, now).filter(({ copy }) => answersTo(copy).length === 0);
  for (const { copy, overdueMs } of late) {
    const { count, longest_ms } = byAgent.get(copy.inbox) ?? { count: 0, longest_ms: 0 };
    byAgent.set(copy.inbox, { count: count + 1, longest_ms: Math.max(longest_ms, overdueMs) });
  }
  const sorted = [...byAgent].sort(([a, x], [b, y]) => y.count - x.count || byName(a, b));
  return { total: late.length, by_agent: Object.fromEntries(sorted) };
}

function openByAgent({ copies, now, since, until }: Gathered): Record<string, Open> {
  const middle = since === undefined || until === undefined ? undefined : since + (Math.max(since, until) - since) / 2;
  const byInbox = new Map<string, Open>();
  for (const copy of copies) {
    const open = isOpen(copy);
    const before = middle !== undefined && wasOpen(copy, middle);
    if (!open && !before) continue;
    const entry = byInbox.get(copy.inbox) ?? {
      open: 0,
      open_before: 0,
      oldest_ms: null,
      by_age: { under_1h: 0, under_1d: 0, under_7d: 0, older: 0 },
    };
    byInbox.set(copy.inbox, entry);
    if (before) entry.open_before += 1;
    if (open) addOpen(entry, ageOf(copy, now));
  }
  const some = [...byInbox].filter(([, { open }]) => open > 0);
  return Object.fromEntries(some.sort(([a, x], [b, y]) => y.open - x.open || byName(a, b)));
}

function addOpen(entry: Open, age: number | undefined): void {
  entry.open += 1;
  if (age === undefined) return;
  entry.oldest_ms = Math.max(entry.oldest_ms ?? 0, age);
  entry.by_age[age < HOUR_MS ? 'under_1h' : age < DAY_MS ? 'under_1d' : age < 7 * DAY_MS ? 'under_7d' : 'older'] += 1;
}

/** Of what is finished and does not say when, nobody can tell; it counts as finished then. */
function wasOpen(copy: SeenCopy, at: number): boolean {
  const { timestamp, delivery } = copy.message;
  const sent = timeOf(timestamp);
  if (sent === undefined || sent > at) return false;
  const ended = timeOf(copy.section === 'dead' ? delivery?.dead_at : delivery?.completed_at);
  return isOpen(copy) || (ended !== undefined && ended > at);
}

/** Clocks of two machines differ a little. */
function ageOf({ message }: SeenCopy, now: number): number | undefined {
  const sent = timeOf(message.timestamp);
  return sent === undefined ? undefined : Math.max(0, now - sent);
}
