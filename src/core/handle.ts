import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import { createAlarm } from './alarm.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { type Handled, type Handler, handleOne } from './handle-one.ts';
import { glance, watchInboxes } from './inbox-alarm.ts';
import { keepBeating } from './keep-beating.ts';
import { filterOf } from './look.ts';

export interface HandleRequest {
  agent: string;
  /** Only these types; `context.*` is every type that begins so. Default all. */
  types?: string | readonly string[];
  filter?: (message: Message) => boolean;
  /** How many messages at a time. Default 1. */
  concurrency?: number;
  /** The lease of each message, extended while its handler runs. Default: the store's. In ms. */
  leaseMs?: number;
  /** End once nothing is waiting and nothing is being worked on. */
  once?: boolean;
  /** Stops it as `stop` does. */
  signal?: AbortSignal;
  /** How long a handler may take to end once its signal has aborted, before its message is given back. Default 2 s. In ms. */
  graceMs?: number;
  /** Let the heartbeats say what is worked on: status `working` with the ids as its task, or `idle`. Otherwise they say nothing of that. */
  presence?: boolean;
  /** Awaited before each claim, where something waits: somewhere to wait while nothing should be claimed. Its signal aborts when the loop stops. */
  before?: (signal: AbortSignal) => Promise<void> | void;
  /** Each time that nothing is there to claim. */
  onIdle?: () => void;
  /** After each message. */
  onHandled?: (handled: Handled) => void;
}

/** How many messages had which outcome. */
export type HandledCounts = Record<Handled['outcome'], number>;

/** A loop that is running. */
export interface Handling {
  /** Settles when the loop has ended; rejects where the store failed. */
  readonly done: Promise<HandledCounts>;
  /**
   * Claims no more and waits for the handlers that run; after `timeoutMs` (default 10 s) their signals abort, and what they
   * do not settle then is given back. Resolves like `done`.
   */
  stop(options?: { timeoutMs?: number }): Promise<HandledCounts>;
}

const STOP_MS = 10_000;
const GRACE_MS = 2_000;
/** Others had the lock all the time; in ms until the next try. */
const AFTER_LOCK_TIMEOUT_MS = 1_000;

/**
 * Claims what fits in an agent's inbox, and in those of its groups, as it comes, and calls the handler for each message;
 * what the handler returns or throws settles it (see Handler). Gives heartbeats while it runs.
 * @throws UNKNOWN_AGENT, INVALID_NAME, USAGE at once; `done` rejects with what the store throws
 */
export function handleMessages(ctx: CoreContext, request: HandleRequest, handler: Handler): Handling {
  const agent = agentOf(ctx, request.agent);
  const { concurrency = 1, leaseMs = ctx.workspace.settings.leaseMs, graceMs = GRACE_MS } = request;
  assertPositive('concurrency', concurrency);
  assertPositive('leaseMs', leaseMs);
  const fits = fitsOf(ctx, request);
  const inboxes = inboxesOf(ctx, agent);
  const alarm = createAlarm();
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const counts: HandledCounts = { completed: 0, failed: 0, dead: 0, released: 0, settled: 0, lost: 0 };
  const running = new Set<Promise<void>>();
  const tasks = new Set<string>();
  const beats = keepBeating(ctx, agent, request.presence ? { tasks } : {});

  const begin = (copy: Copy) => {
    tasks.add(copy.message.id);
    beats.changed();
    const work = handleOne(ctx, copy, handler, { agent, leaseMs, giveUp: giveUp.signal, graceMs })
      .then((handled) => {
        counts[handled.outcome] += 1;
        request.onHandled?.(handled);
      })
      .catch(alarm.fail)
      .finally(() => {
        running.delete(work);
        tasks.delete(copy.message.id);
        beats.changed();
        alarm.ring();
      });
    running.add(work);
  };
  let forget = () => {};
  /** Whether there was something to claim. */
  const claimNext = async (): Promise<boolean> => {
    forget();
    const seen = await glance(ctx, alarm, { inboxes, fits });
    forget = seen.forget;
    if (!seen.found || stopping.signal.aborted) return false;
    await request.before?.(stopping.signal);
    if (stopping.signal.aborted) return false;
    const copy = await claimOrNot(ctx, { agent, leaseMs, filter: fits }, () => alarm.ringIn(AFTER_LOCK_TIMEOUT_MS));
    if (!copy) return false;
    const { id, delivery } = copy.message;
    if (stopping.signal.aborted) await ctx.store.release({ agent, id, token: delivery?.lease_token });
    else begin(copy);
    return true;
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      let found = true;
      while (found && running.size < concurrency && !stopping.signal.aborted) found = await claimNext();
      if (stopping.signal.aborted) return;
      if (!found) {
        if (request.once && running.size === 0) return;
        request.onIdle?.();
      }
      await alarm.next();
    }
  };

  const run = async (): Promise<HandledCounts> => {
    const watching = new AbortController();
    beats.begin();
    const onAbort = () => void stop().catch(() => undefined);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (!request.once) watchInboxes(ctx, alarm, { inboxes, signal: watching.signal, onReady: alarm.ring });
      await loop();
    } finally {
      // Also where the store failed: what runs still may settle what it has.
      while (running.size > 0) await Promise.all(running);
      watching.abort();
      await beats.end();
      alarm.stop();
      request.signal?.removeEventListener('abort', onAbort);
    }
    return counts;
  };
  const stop = async ({ timeoutMs = STOP_MS } = {}) => {
    stopping.abort();
    alarm.ring();
    const timer = setTimeout(() => giveUp.abort(), timeoutMs);
    return done.finally(() => clearTimeout(timer));
  };
  if (request.signal?.aborted) stopping.abort();
  const done = run();
  return { done, stop };
}

async function claimOrNot(
  { store }: CoreContext,
  request: { agent: string; leaseMs: number; filter: (message: Message) => boolean },
  onLockTimeout: () => void,
): Promise<Copy | undefined> {
  try {
    return await store.claim(request);
  } catch (error) {
    const code = error instanceof CommsError ? error.code : undefined;
    if (code === 'LOCK_TIMEOUT') onLockTimeout();
    else if (code !== 'NOTHING_TO_CLAIM') throw error;
    return undefined;
  }
}

function fitsOf(ctx: CoreContext, { types, filter }: HandleRequest): (message: Message) => boolean {
  const type = types === undefined ? undefined : typeof types === 'string' ? [types] : types;
  const passes = filterOf(ctx, type === undefined ? {} : { type });
  return (message) => passes(message) && (filter === undefined || filter(message));
}

function assertPositive(name: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new CommsError('USAGE', `${name} takes a number above 0; ${value} is none.`, { hint: 'Leave it out for the default.' });
}
