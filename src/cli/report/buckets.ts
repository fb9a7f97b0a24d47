import { isoOf } from '../../message/time.ts';
import type { Metrics } from '../../orchestrator/analytics/metrics.ts';

const HOUR_MS = 3_600_000;
/** Sizes that people think in; beyond, weeks are doubled. */
const SIZES = [1, 2, 3, 6, 12, 24, 48, 168];

export interface TimeBuckets {
  /** How many hours each of them is. */
  hours: number;
  /** Without gaps, the earliest first. `at` in ms since the epoch. */
  buckets: { at: number; count: number }[];
}

/** Counts by hour in at most `most` equal spans of time, however far apart the first and the last are. */
export function bucketsOf(byHour: Metrics['messages_by_hour'], most: number): TimeBuckets {
  const entries = Object.entries(byHour).map(([iso, count]) => ({ hour: Math.floor(Date.parse(iso) / HOUR_MS), count }));
  if (entries.length === 0) return { hours: 1, buckets: [] };
  const first = entries.reduce((least, { hour }) => Math.min(least, hour), Number.POSITIVE_INFINITY);
  const last = entries.reduce((greatest, { hour }) => Math.max(greatest, hour), Number.NEGATIVE_INFINITY);
  const hours = sizeFor(first, last, most);
  const from = Math.floor(first / hours);
  const counts = new Array<number>(Math.floor(last / hours) - from + 1).fill(0);
  for (const { hour, count } of entries) {
    const at = Math.floor(hour / hours) - from;
    counts[at] = (counts[at] ?? 0) + count;
  }
  return { hours, buckets: counts.map((count, n) => ({ at: (from + n) * hours * HOUR_MS, count })) };
}

/** "2026-01-17 12:00", in UTC. A span that begins before any Date does is told by its first moment. */
export function stamp(ms: number): string {
  return isoOf(Math.max(-8.64e15, ms))
    .replace('T', ' ')
    .replace(/:\d\d\.\d+Z$/, '');
}

/** "2026-01-17 12:00 to 14:00 UTC": the day once where it is the same, the time once where that is. */
export function spanText(from: number, to: number): string {
  const [first, last] = [stamp(from), stamp(to)];
  if (first === last) return `${first} UTC`;
  const [day, time = ''] = last.split(' ');
  return `${first} to ${first.startsWith(`${day} `) ? time : last} UTC`;
}

/** "an hour", "6 hours", "2 days". */
export function hourSpan(hours: number): string {
  if (hours === 1) return 'an hour';
  if (hours === 24) return 'a day';
  if (hours === 168) return 'a week';
  return hours % 168 === 0 ? `${hours / 168} weeks` : hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`;
}

function sizeFor(first: number, last: number, most: number): number {
  const fits = (hours: number) => Math.floor(last / hours) - Math.floor(first / hours) < most;
  const known = SIZES.find(fits);
  if (known !== undefined) return known;
  let weeks = 2;
  while (!fits(weeks * 168)) weeks *= 2;
  return weeks * 168;
}
