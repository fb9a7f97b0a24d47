import { timeOf } from '../message/time.ts';
import type { Copy } from '../store/store.ts';
import type { CoreContext } from './context.ts';
import { LONGEST_TIMER_MS } from './timers.ts';

/** A lease that is kept while somebody works under it. */
export interface KeptLease {
  /** Aborts when the message is somebody else's to settle; the reason is what the store said. */
  readonly lost: AbortSignal;
  /** Holds the message for so many ms from now; without a number for its lease. @throws LEASE_LOST */
  extend(leaseMs?: number): Promise<void>;
  /** Whether the message was settled under this lease: by the handler itself, say with `comms done`. To be asked once the store refused. */
  isSettled(): Promise<boolean>;
  end(): void;
}

export interface KeepOptions {
  agent: string;
  leaseMs: number;
  /** Whether the store refused because the message is not ours any more. */
  isNotOurs: (error: unknown) => boolean;
}

/** Extends the lease of a claimed copy at each third of it, until it ends, is lost, or the message is settled. */
export function keepLease(ctx: CoreContext, { inbox, message }: Copy, { agent, leaseMs, isNotOurs }: KeepOptions): KeptLease {
  const { id, delivery } = message;
  const lost = new AbortController();
  let endsAt = timeOf(delivery?.lease_expires_at) ?? Number.POSITIVE_INFINITY;

  const extend = async (ms = leaseMs) => {
    const extended = await ctx.store.extend({ agent, id, token: delivery?.lease_token, leaseMs: ms });
    endsAt = timeOf(extended.message.delivery?.lease_expires_at) ?? endsAt;
  };
  const isSettled = async () => {
    const now = ctx.clock();
    const left = (await ctx.store.find(id)).find((copy) => copy.inbox === inbox);
    if (!left || left.message.status === 'IN_PROGRESS') return false;
    // Nobody else could have it while the lease ran; and who claims it later has another time of the claim.
    return now < endsAt || (left.message.status === 'COMPLETED' && left.message.delivery?.claimed_at === delivery?.claimed_at);
  };
  const keep = async () => {
    try {
      await extend();
    } catch (error) {
      // Anything else may pass; the next third has another try.
      if (!isNotOurs(error)) return;
      clearInterval(timer);
      if (!(await isSettled().catch(() => false))) lost.abort(error);
    }
  };
  const timer = setInterval(() => void keep(), Math.min(Math.max(1, leaseMs / 3), LONGEST_TIMER_MS));
  return { lost: lost.signal, extend, isSettled, end: () => clearInterval(timer) };
}
