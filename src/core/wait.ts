import { CommsError } from '../errors.ts';
import { isClaimable } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { byUrgency } from '../message/priority.ts';
import { timeOf } from '../message/time.ts';
import { agentOf } from './agents.ts';
import { createAlarm } from './alarm.ts';
import type { CoreContext } from './context.ts';
import { copiesOf } from './find.ts';
import { inboxesOf, ringWhenDue, watchInboxes } from './inbox-alarm.ts';
import { isReplay, referencesOf } from './messages.ts';
import type { WaitRequest } from './requests.ts';

type Fits = (message: Message) => boolean;

/**
 * Waits until something that fits is PENDING in the agent's inbox, or in that of one of its groups, and answers with it; of several, with the most urgent.
 * It takes nothing, but with `claim` it claims, and goes on waiting where another process was faster. A message in its
 * back-off counts as soon as that is over.
 * @throws TIMEOUT, UNKNOWN_AGENT, MESSAGE_NOT_FOUND for an unknown `for`; the reason of `signal` when it aborts
 */
export async function wait(ctx: CoreContext, request: WaitRequest): Promise<Message> {
  const agent = agentOf(ctx, request.agent);
  const fits = await fitsOf(ctx, request, agent);
  const inboxes = inboxesOf(ctx, agent);
  request.signal?.throwIfAborted();
  const stop = new AbortController();
  const alarm = createAlarm();
  const onAbort = () => alarm.fail(request.signal?.reason);
  request.signal?.addEventListener('abort', onAbort, { once: true });
  let over = false;
  const onReady = () => {
    alarm.ring();
    // Counted from here, so that a short timeout cannot miss what was waiting all along.
    if (request.timeoutMs !== undefined) {
      alarm.ringIn(request.timeoutMs, () => {
        over = true;
      });
    }
  };
  try {
    const look = () => (request.claim ? claimOne(ctx, agent, fits) : mostUrgent(ctx, inboxes, fits));
    // What is there already needs no watcher.
    const waiting = await look();
    if (waiting) return waiting;
    watchInboxes(ctx, alarm, { inboxes, signal: stop.signal, onReady });
    for (let forget = () => {}; ; ) {
      await alarm.next();
      const message = await look();
      if (message) return message;
      if (over) throw timedOut(agent, request);
      forget();
      forget = await ringWhenDue(ctx, alarm, { inboxes, fits });
    }
  } finally {
    stop.abort();
    alarm.stop();
    request.signal?.removeEventListener('abort', onAbort);
  }
}

async function mostUrgent(ctx: CoreContext, inboxes: string[], fits: Fits): Promise<Message | undefined> {
  const now = ctx.clock();
  const copies = await ctx.store.list({ inboxes, filter: (message) => isClaimable(message, now) && fits(message) });
  return copies.map(({ message }) => message).sort(byUrgency(now, ctx.workspace.settings.riseAfterMs))[0];
}

async function claimOne(ctx: CoreContext, agent: string, fits: Fits): Promise<Message | undefined> {
  try {
    return (await ctx.store.claim({ agent, filter: fits })).message;
  } catch (error) {
    if (error instanceof CommsError && error.code === 'NOTHING_TO_CLAIM') return undefined;
    throw error;
  }
}

async function fitsOf(ctx: CoreContext, request: WaitRequest, agent: string): Promise<Fits> {
  const { correlationId, type } = request;
  const answers = request.for === undefined ? undefined : await answersTo(ctx, request.for, agent);
  return (message) =>
    (answers === undefined || answers(message)) &&
    (correlationId === undefined || message.correlation_id === correlationId) &&
    (type === undefined || message.type === type);
}

/**
 * What refers to the message, or shares its correlation id and came after it: the question that it answers shares the
 * id too and may still be PENDING. A replay refers to what it says again, and answers nothing.
 */
async function answersTo(ctx: CoreContext, id: string, agent: string): Promise<Fits> {
  const [{ message: asked }] = await copiesOf(ctx, id, agent);
  const correlationIds = [asked.id, asked.correlation_id];
  const since = timeOf(asked.timestamp) ?? 0;
  const before = new Set([asked.id, ...referencesOf(asked)]);
  return (message) =>
    !isReplay(message) &&
    (referencesOf(message).includes(id) ||
      (message.correlation_id !== undefined &&
        correlationIds.includes(message.correlation_id) &&
        !before.has(message.id) &&
        (timeOf(message.timestamp) ?? 0) >= since));
}

function timedOut(agent: string, { timeoutMs = 0, ...request }: WaitRequest): CommsError {
  const what = request.for === undefined ? 'Nothing that fits' : `No answer to ${request.for}`;
  return new CommsError('TIMEOUT', `${what} arrived for ${agent} within ${timeoutMs / 1000} s.`, {
    hint:
      request.for === undefined
        ? `Run "comms inbox --as ${agent}" to see what is there.`
        : `Run "comms track ${request.for}" to see what became of it.`,
    details: { agent, timeout_ms: timeoutMs, ...(request.for === undefined ? {} : { for: request.for }) },
  });
}
