import type { Message } from '../message/message.ts';
import { dueAt } from '../orchestrator/deadlines.ts';
import type { StoreEvent } from '../store/store.ts';
import type { Overdue } from './analytics-requests.ts';
import type { CoreContext } from './context.ts';
import { openWithDeadline, overdueAmong } from './overdue.ts';
import { LONGEST_TIMER_MS } from './timers.ts';

/** After a look that failed. */
const AGAIN_MS = 30_000;

export interface WatchedDeadlines {
  /** Undefined for all. */
  inboxes: string[] | undefined;
  passes: (message: Message) => boolean;
  onOverdue: (overdue: Overdue) => void;
  onError: (error: string) => void;
  signal: AbortSignal;
}

/**
 * Tells once of each message that passes and is overdue, or becomes so; feed it the store's events, it begins with `ready`.
 * It looks when the next answer is due, and not in between.
 */
export function watchDeadlines(ctx: CoreContext, watched: WatchedDeadlines): { onEvent: (event: StoreEvent) => void; stop: () => void } {
  const { inboxes, passes, onOverdue, onError, signal } = watched;
  const told = new Set<string>();
  let ready = false;
  let timer: NodeJS.Timeout | undefined;
  let next = Number.POSITIVE_INFINITY;

  const lookAt = (at: number) => {
    if (signal.aborted || at >= next) return;
    next = at;
    clearTimeout(timer);
    // What is due at a moment is overdue right after it.
    timer = setTimeout(() => void look(), Math.min(Math.max(0, at - ctx.clock()) + 1, LONGEST_TIMER_MS));
  };
  const look = async () => {
    next = Number.POSITIVE_INFINITY;
    try {
      const open = await openWithDeadline(ctx, inboxes);
      const now = ctx.clock();
      for (const late of await overdueAmong(ctx, open)) tell(late);
      const coming = open.map(({ message }) => dueAt(message) ?? 0).filter((due) => due >= now);
      if (coming.length > 0) lookAt(coming.reduce((a, b) => Math.min(a, b)));
    } catch (error) {
      if (signal.aborted) return;
      onError(`Deadlines could not be looked at: ${error instanceof Error ? error.message : String(error)}`);
      lookAt(ctx.clock() + AGAIN_MS);
    }
  };
  const tell = (late: Overdue) => {
    const key = `${late.inbox}\0${late.message.id}\0${late.due_at}`;
    if (signal.aborted || told.has(key) || !passes(late.message)) return;
    told.add(key);
    onOverdue(late);
  };
  return {
    onEvent(event) {
      if (event.event === 'ready') {
        ready = true;
        void look();
      } else if (ready && event.event !== 'error' && event.section === 'active' && event.message.status !== 'COMPLETED') {
        const due = dueAt(event.message);
        if (due !== undefined) lookAt(due);
      }
    },
    stop: () => clearTimeout(timer),
  };
}
