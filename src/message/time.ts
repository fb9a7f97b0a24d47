const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 5 * 60_000;

/** A time in ms since the epoch as the envelope writes it: ISO 8601 in UTC. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** ms since the epoch of an ISO 8601 time; undefined where there is none or it cannot be read. */
export function timeOf(iso: unknown): number | undefined {
  if (typeof iso !== 'string') return undefined;
  const ms = Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}

/** How long a message waits after its nth failed attempt, in ms: 1 s, doubling, at most 5 min. */
export function backoffMs(attempts: number): number {
  return Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** Math.max(0, Math.min(attempts - 1, 20)));
}
