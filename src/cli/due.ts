import { formatDuration } from '../message/duration.ts';
import type { Message } from '../message/message.ts';
import { isoOf } from '../message/time.ts';
import { dueAt } from '../orchestrator/deadlines.ts';

/** "in 5m", or "12m late"; undefined for what is finished, or has no due time. `now` in ms. */
export function dueIn(message: Message, now: number): string | undefined {
  const due = dueAt(message);
  if (due === undefined || message.status === 'COMPLETED') return undefined;
  return due < now ? lateness(now - due) : `in ${formatDuration(due - now)}`;
}

/** "2026-01-17T12:30:00Z (in 5m)"; undefined where there is no due time. */
export function dueText(message: Message, now: number): string | undefined {
  const due = dueAt(message);
  if (due === undefined) return undefined;
  const left = dueIn(message, now);
  return `${isoOf(due).replace(/\.\d+Z$/, 'Z')}${left === undefined ? '' : ` (${left})`}`;
}

/** "12m late", from ms. */
export function lateness(ms: number): string {
  return `${formatDuration(ms)} late`;
}
