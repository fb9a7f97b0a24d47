import type { ResponseTimes } from './metrics.ts';

/** Mean, median and 95th percentile (nearest rank) of durations, in whole ms; null where there are none. */
export function statisticsOf(durations: readonly number[]): ResponseTimes {
  const sorted = [...durations].sort((a, b) => a - b);
  const count = sorted.length;
  if (count === 0) return { count, mean_ms: null, median_ms: null, p95_ms: null };
  const mean = sorted.reduce((sum, value) => sum + value / count, 0);
  return { count, mean_ms: Math.round(mean), median_ms: medianOf(sorted), p95_ms: sorted[Math.ceil(count * 0.95) - 1] ?? null };
}

/** Of values in ascending order; of an even number the mean of the two in the middle. */
export function medianOf(sorted: readonly number[]): number | null {
  const [below, above] = [sorted[Math.floor((sorted.length - 1) / 2)], sorted[Math.floor(sorted.length / 2)]];
  return below === undefined || above === undefined ? null : Math.round((below + above) / 2);
}
