import { visible } from '../../message/text.ts';
import type { Wait } from './dependencies.ts';

/** The id that a message has before it is sent. */
const UNSENT = 'msg-000';

/**
 * The shortest cycle that goes through one of the fresh waits, which are to join the others: its waits in their order, the
 * fresh one, which closes it, last. undefined where they close none. What waits for itself is a cycle of one.
 */
export function cycleThrough(waits: readonly Wait[], fresh: readonly Wait[]): Wait[] | undefined {
  const next = bySource([...fresh, ...waits]);
  let shortest: Wait[] | undefined;
  // The waits of one message all begin at the same place.
  for (const [from, first] of bySource(fresh)) {
    const cycle = wayBack(from, first, next);
    if (cycle && (!shortest || cycle.length < shortest.length)) shortest = cycle;
  }
  return shortest;
}

/** "claude → task-2 (msg-004) → gpt → claude (this message)", from the first wait of the cycle on. `unsent` is the id that stands for the message. */
export function sayCycle(cycle: readonly Wait[], unsent = UNSENT): string {
  const steps = cycle.map(({ to, id }) => `${visible(to)}${id === undefined ? '' : ` (${id === unsent ? 'this message' : visible(id)})`}`);
  return [visible(cycle[0]?.from ?? ''), ...steps].join(' → ');
}

/** Breadth first, so that the first way back is the shortest. Each wait is looked at once. */
function wayBack(start: string, first: readonly Wait[], next: ReadonlyMap<string, readonly Wait[]>): Wait[] | undefined {
  /** By which wait each place was reached. */
  const reachedBy = new Map<string, Wait>();
  const queue: Wait[] = [...first];
  for (const wait of queue) {
    if (reachedBy.has(wait.to)) continue;
    reachedBy.set(wait.to, wait);
    if (wait.to === start) return waysTo(start, reachedBy);
    for (const further of next.get(wait.to) ?? []) queue.push(further);
  }
  return undefined;
}

function waysTo(start: string, reachedBy: ReadonlyMap<string, Wait>): Wait[] {
  const cycle: Wait[] = [];
  for (let wait = reachedBy.get(start); wait; wait = wait.from === start ? undefined : reachedBy.get(wait.from)) cycle.push(wait);
  const [fresh, ...others] = cycle.reverse();
  return fresh ? [...others, fresh] : [];
}

function bySource(waits: readonly Wait[]): Map<string, Wait[]> {
  const grouped = new Map<string, Wait[]>();
  for (const wait of waits) {
    const known = grouped.get(wait.from);
    if (known) known.push(wait);
    else grouped.set(wait.from, [wait]);
  }
  return grouped;
}
