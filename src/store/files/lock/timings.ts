/**
 * Constants, not options: processes that go by different limits break the mutual exclusion. All in ms.
 */
export const TIMINGS = {
  /** A holder touches its lock this often. */
  renewEvery: 2_000,
  /** A lock that was not touched for so long is dead, whoever holds it. */
  deadAfter: 10_000,
  /**
   * A lock that nobody signed for so long: its maker was killed before it wrote its deed, or after it took it away. A
   * live maker that takes longer than half of this to sign gives up the lock, so there is no need to wait for renewals.
   */
  unsignedDeadAfter: 2_000,
  /** Between two looks no more than this counts as waiting: a waiter that was itself asleep did not see the holder stand still. */
  mostBetweenLooks: 250,
  /** A waiter looks again after a random time, longer each time up to `retryTo`, while the lock goes from hand to hand. */
  retryFrom: 1,
  retryTo: 12,
  /** While one and the same holder keeps it, what it does is large, and looking often only costs. */
  patientRetryTo: 60,
  /** Who has waited for so long says so, and again after as long; a process that wants the lock again at once then steps back. */
  askAfter: 150,
} as const;

export type Timings = { readonly [K in keyof typeof TIMINGS]: number };
