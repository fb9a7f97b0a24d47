import { dueAt, isClaimable } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import type { StoreEvent } from '../store/store.ts';
import { type Alarm, createAlarm } from './alarm.ts';
import type { CoreContext } from './context.ts';

export interface WatchedInboxes {
  inboxes: readonly string[];
  /** Only what came with or after the message of this id matters. */
  since?: string | undefined;
  signal: AbortSignal;
  /** Called once everything that happens from now on rings. */
  onReady: () => void;
  /** Other events that ring too. */
  also?: (event: Exclude<StoreEvent, { event: 'ready' | 'error' }>) => boolean;
}

/** Rings at every change in these inboxes. An event is only a hint to look, so that none has to be understood. */
export function watchInboxes({ store }: CoreContext, alarm: Alarm, { inboxes, since, signal, onReady, also }: WatchedInboxes): void {
  let ready = false;
  const watching = store.watch({
    signal,
    inboxes: also === undefined ? inboxes : undefined,
    since,
    onEvent(event) {
      if (event.event === 'ready') {
        ready = true;
        onReady();
      } else if (ready && (event.event === 'error' || inboxes.includes(event.inbox) || also?.(event))) alarm.ring();
    },
  });
  watching.catch(alarm.fail);
}

/**
 * Whether something that fits can be claimed now; otherwise it rings when the first can be: a back-off or a lease that ends is
 * no event, since nobody writes anything then. `forget` takes that back. Cheaper than a claim, which needs the lock.
 */
export async function glance(
  ctx: CoreContext,
  alarm: Alarm,
  { inboxes, fits }: { inboxes: string[]; fits: (message: Message) => boolean },
): Promise<{ found: boolean; forget: () => void }> {
  const now = ctx.clock();
  const messages = (await ctx.store.list({ inboxes, filter: fits })).map(({ message }) => message);
  const found = messages.some((message) => isClaimable(message, now));
  const times = messages.flatMap((message) => {
    const at = message.status === 'PENDING' ? timeOf(message.not_before) : dueAt(message);
    return at !== undefined && at > now ? [at] : [];
  });
  const next = found || times.length === 0 ? undefined : Math.min(...times);
  return { found, forget: next === undefined ? () => {} : alarm.ringIn(next - now) };
}

export interface Listening {
  /** Rings once everything that happens is heard, at every change, and when the time is over. */
  readonly alarm: Alarm;
  isOver(): boolean;
  end(): void;
}

/** An alarm at these inboxes, for a limited time where one is given; its `next` rejects with the reason of the signal. */
export function listen(
  ctx: CoreContext,
  {
    inboxes,
    since,
    also,
    timeoutMs,
    signal,
  }: Pick<WatchedInboxes, 'inboxes' | 'since' | 'also'> & { timeoutMs?: number; signal?: AbortSignal },
): Listening {
  const alarm = createAlarm();
  const stop = new AbortController();
  const onAbort = () => alarm.fail(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  let over = false;
  const onReady = () => {
    alarm.ring();
    if (timeoutMs === undefined) return;
    // Counted from here, so that a short time cannot miss what was there all along.
    alarm.ringIn(timeoutMs, () => {
      over = true;
    });
  };
  watchInboxes(ctx, alarm, { inboxes, since, also, signal: stop.signal, onReady });
  return {
    alarm,
    isOver: () => over,
    end() {
      stop.abort();
      alarm.stop();
      signal?.removeEventListener('abort', onAbort);
    },
  };
}
