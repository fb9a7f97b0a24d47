import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { filterOf } from './look.ts';
import type { WatchRequest } from './requests.ts';

/**
 * Tells of what waits, then `ready`, then every arrival, change of status and removal that passes the filter, by whomever,
 * until the signal aborts. Errors pass the filter. @throws UNKNOWN_AGENT, INVALID_NAME
 */
export async function watch(ctx: CoreContext, { agent, filter, onEvent, onOverdue, signal }: WatchRequest): Promise<void> {
  const inboxes = agent === undefined ? undefined : inboxesOf(ctx, agentOf(ctx, agent));
  // What changed its status was there before under another one: a filter by status looks at the new one.
  const passes = filterOf(ctx, filter);
  const onError = (error: string) => onEvent({ event: 'error', error });
  const deadlines =
    onOverdue && (await import('./watch-deadlines.ts')).watchDeadlines(ctx, { inboxes, passes, onOverdue, onError, signal });
  try {
    await ctx.store.watch({
      signal,
      inboxes,
      losses: true,
      onEvent(event) {
        // What is held, or was until it was rejected, never came to anybody here.
        if ('section' in event && (event.section === 'held' || (event.previousSection === 'held' && event.section !== 'active'))) return;
        const mine = inboxes === undefined || !('inbox' in event) || event.inbox === undefined || inboxes.includes(event.inbox);
        if (mine && (!('message' in event) || passes(event.message))) onEvent(event);
        if (mine) deadlines?.onEvent(event);
      },
    });
  } finally {
    deadlines?.stop();
  }
}
