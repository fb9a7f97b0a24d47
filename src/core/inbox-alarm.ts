import { dueAt } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import type { StoreEvent } from '../store/store.ts';
import type { Alarm } from './alarm.ts';
import type { CoreContext } from './context.ts';

/** The inboxes that an agent reads: its own, and those of the groups it belongs to. */
export function inboxesOf({ workspace: { settings } }: CoreContext, agent: string): string[] {
  return [agent, ...Object.keys(settings.groups).filter((group) => settings.groups[group]?.includes(agent))];
}

export interface WatchedInboxes {
  inboxes: readonly string[];
  signal: AbortSignal;
  /** Called once everything that happens from now on rings. */
  onReady: () => void;
  /** Other events that ring too. */
  also?: (event: Exclude<StoreEvent, { event: 'ready' | 'error' }>) => boolean;
}

/** Rings at every change in these inboxes. An event is only a hint to look, so that none has to be understood. */
export function watchInboxes({ store }: CoreContext, alarm: Alarm, { inboxes, signal, onReady, also }: WatchedInboxes): void {
  let ready = false;
  const watching = store.watch({
    signal,
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
 * Rings when the first of what lies in these inboxes can be claimed: a back-off or a lease that ends is no event, since nobody
 * writes anything then. Returns how to forget it.
 */
export async function ringWhenDue(
  ctx: CoreContext,
  alarm: Alarm,
  { inboxes, fits }: { inboxes: string[]; fits: (message: Message) => boolean },
): Promise<() => void> {
  const now = ctx.clock();
  const copies = await ctx.store.list({ inboxes, filter: fits });
  const times = copies.flatMap(({ message }) => {
    const at = message.status === 'PENDING' ? timeOf(message.not_before) : dueAt(message);
    return at !== undefined && at > now ? [at] : [];
  });
  return times.length > 0 ? alarm.ringIn(Math.min(...times) - now) : () => {};
}
