export function median(samples) {
  return quantile(samples, 0.5);
}

/** The value that `part` (0 to 1) of the samples do not pass. */
export function quantile(samples, part) {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}
