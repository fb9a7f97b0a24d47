/**
 * ms since the epoch by a clock that all processes of a machine share and nobody sets: CLOCK_MONOTONIC, and what was to be added
 * to it when a race began.
 */
export function sharedClock(offset: number): () => number {
  return () => Number(process.hrtime.bigint()) / 1e6 + offset;
}

export function clockOffset(): number {
  return Math.floor(Date.now() - Number(process.hrtime.bigint()) / 1e6);
}

/** The clock of a store, which counts whole ms. */
export function storeClock(now: () => number): () => number {
  return () => Math.floor(now());
}
