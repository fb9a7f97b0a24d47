const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago an ISO time was, such as "3m ago"; the day alone for what is older than a month. `now` in ms. */
export function ageOf(iso: string, now: number): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return iso;
  const ms = now - time;
  // Clocks of two machines differ a little.
  if (ms < -MINUTE) return `in ${span(-ms)}`;
  if (ms < 10_000) return 'just now';
  return ms < 30 * DAY ? `${span(ms)} ago` : new Date(time).toISOString().slice(0, 10);
}

function span(ms: number): string {
  if (ms < MINUTE) return `${Math.floor(ms / 1000)}s`;
  if (ms < HOUR) return `${Math.floor(ms / MINUTE)}m`;
  return ms < DAY ? `${Math.floor(ms / HOUR)}h` : `${Math.floor(ms / DAY)}d`;
}
