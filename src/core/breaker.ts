import { isObject } from '../message/json.ts';
import type { BreakerPort, CoreContext } from './context.ts';
import { LONGEST_TIMER_MS } from './timers.ts';

/** A circuit breaker around one handler of one agent, shared by all processes that work with it. */
export interface Breaker {
  /** Until when it lets nothing through, in ms since the epoch; undefined where it would let one through now. */
  openUntil(): Promise<number | undefined>;
  /** Lets a call through, or not. While the breaker is open and its time is over it lets one through, as a probe. */
  enter(): Promise<Pass | undefined>;
}

/** A call that was let through. One of its two methods is to be called when it is over. */
export interface Pass {
  /** Whether the breaker was open, so that this call decides what becomes of it. */
  readonly isProbe: boolean;
  settle(outcome: 'success' | 'failure'): Promise<'opened' | 'closed' | undefined>;
  /** The call came to no end that says anything about the handler. */
  abandon(): Promise<void>;
}

/** What is kept of one breaker. */
interface Entry {
  /** As cockatiel's `toJSON` says it. */
  state: { ownState: { value: 0 } | { value: 1; openedAt: number; attemptNo: number }; breakerState: number };
  /** The call that is let through while the breaker is open. */
  probe?: { id: string; at: number };
  /** When it was written, in ms since the epoch. */
  at: number;
}

interface BreakerOptions {
  /** What the state is kept under. */
  key: string;
  failures: number;
  resetAfterMs: number;
}

/** A breaker that opens after so many failures in a row. Where `ctx` keeps no states it lasts as long as the process. */
export function createBreaker(ctx: CoreContext, { key, failures, resetAfterMs }: BreakerOptions): Breaker {
  const port = ctx.breakers ?? createMemoryBreakers();
  const { clock, newUid } = ctx;
  const read = async () => entryOf(await port.read(key), clock());
  const change = (how: (entry: Entry | undefined) => Entry | undefined | Promise<Entry | undefined>) =>
    port.update(key, async (kept) => how(entryOf(kept, clock())));
  const until = (entry: Entry | undefined): number | undefined => {
    if (entry?.state.ownState.value !== 1) return undefined;
    const end = Math.max(entry.state.ownState.openedAt, entry.probe?.at ?? 0) + resetAfterMs;
    return end > clock() ? end : undefined;
  };

  const settled = async (
    entry: Entry | undefined,
    outcome: 'success' | 'failure',
    probe: string | undefined,
  ): Promise<Entry | undefined> => {
    const open = entry?.state.ownState.value === 1;
    // What began before it opened says nothing about the handler as it is now.
    if (open && (probe === undefined || entry?.probe?.id !== probe)) return entry;
    const state = await transition(entry?.state, outcome, { failures, resetAfterMs, now: clock() });
    return state.ownState.value === 0 && state.breakerState === 0 ? undefined : { state, at: clock() };
  };
  const passFor = (probe: string | undefined): Pass => {
    // So that a probe that takes long is not joined by another.
    const renew = () =>
      change((entry) => (entry?.probe && entry.probe.id === probe ? { ...entry, probe: { id: probe, at: clock() } } : entry)).catch(
        () => undefined,
      );
    const timer = probe === undefined ? undefined : setInterval(renew, Math.min(Math.max(1, resetAfterMs / 3), LONGEST_TIMER_MS));
    return {
      isProbe: probe !== undefined,
      async settle(outcome) {
        clearInterval(timer);
        if (outcome === 'success' && (await read()) === undefined) return undefined;
        let said: 'opened' | 'closed' | undefined;
        await change(async (entry) => {
          const next = await settled(entry, outcome, probe);
          const [before, after] = [entry?.state.ownState.value ?? 0, next?.state.ownState.value ?? 0];
          said = after === 1 && next !== entry ? 'opened' : before === 1 && after === 0 ? 'closed' : undefined;
          return next;
        });
        return said;
      },
      async abandon() {
        clearInterval(timer);
        if (probe === undefined) return;
        await change((entry) => (entry?.probe?.id === probe ? { state: entry.state, at: entry.at } : entry));
      },
    };
  };

  return {
    openUntil: async () => until(await read()),
    async enter() {
      if ((await read())?.state.ownState.value !== 1) return passFor(undefined);
      const id = newUid();
      let pass: Pass | undefined;
      await change((entry) => {
        pass = undefined;
        if (entry?.state.ownState.value !== 1) {
          pass = passFor(undefined);
          return entry;
        }
        if (until(entry) !== undefined) return entry;
        pass = passFor(id);
        return { ...entry, probe: { id, at: clock() } };
      });
      return pass;
    },
  };
}

/** What cockatiel makes of one more call. A state that is open is taken as half open: who calls was let through. */
async function transition(
  state: Entry['state'] | undefined,
  outcome: 'success' | 'failure',
  { failures, resetAfterMs, now }: { failures: number; resetAfterMs: number; now: number },
): Promise<Entry['state']> {
  const { circuitBreaker, ConsecutiveBreaker, handleAll } = await import('cockatiel');
  const due = state?.ownState.value === 1 ? { ...state, ownState: { ...state.ownState, openedAt: 0 } } : state;
  const policy = circuitBreaker(handleAll, {
    halfOpenAfter: resetAfterMs,
    breaker: new ConsecutiveBreaker(failures),
    ...(due && { initialState: structuredClone(due) }),
  });
  const call = () => (outcome === 'success' ? Promise.resolve() : Promise.reject(new Error('The handler failed.')));
  await policy.execute(call).catch(() => undefined);
  const next = policy.toJSON() as Entry['state'];
  // By our clock, which need not be the machine's.
  return next.ownState.value === 1 ? { ...next, ownState: { ...next.ownState, openedAt: now } } : next;
}

/** What somebody else may have written; undefined, which is a closed breaker, where it cannot be understood. A time ahead, by a clock that was wrong, is now. */
function entryOf(kept: unknown, now: number): Entry | undefined {
  if (!isObject(kept) || !isObject(kept.state) || !isObject(kept.state.ownState)) return undefined;
  const { ownState, breakerState } = kept.state;
  if (!isCount(breakerState)) return undefined;
  const at = isCount(kept.at) ? kept.at : now;
  if (ownState.value === 0) return { state: { ownState: { value: 0 }, breakerState }, at };
  if (ownState.value !== 1 || !isCount(ownState.openedAt)) return undefined;
  const attemptNo = isCount(ownState.attemptNo) ? ownState.attemptNo : 1;
  const state: Entry['state'] = { ownState: { value: 1, openedAt: Math.min(ownState.openedAt, now), attemptNo }, breakerState };
  const { probe } = kept;
  if (!isObject(probe) || typeof probe.id !== 'string' || !isCount(probe.at)) return { state, at };
  return { state, probe: { id: probe.id, at: Math.min(probe.at, now) }, at };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function createMemoryBreakers(): BreakerPort {
  const kept = new Map<string, unknown>();
  let last = Promise.resolve();
  return {
    read: async (key) => kept.get(key),
    update(key, change) {
      last = last.then(async () => void kept.set(key, await change(kept.get(key))));
      return last;
    },
  };
}
