/** ms on a clock that never goes back. `performance` would be loaded for it, which takes a short command 1 ms. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
