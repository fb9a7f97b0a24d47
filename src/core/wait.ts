import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import { agentOf } from './agents.ts';
import { followsOn } from './answers.ts';
import type { CoreContext } from './context.ts';
import { copiesOf } from './find.ts';
import { inboxesOf } from './groups.ts';
import { glance, listen } from './inbox-alarm.ts';
import { claimable } from './receive.ts';
import type { WaitRequest } from './requests.ts';

type Fits = (message: Message) => boolean;

/**
 * Waits until something that fits is PENDING in the agent's inbox, or in that of one of its groups, and answers with it;
 * of several, with the most urgent. It takes nothing, but with `claim` it claims, and goes on waiting where another process was faster. A message in its
 * back-off counts as soon as that is over.
 * @throws TIMEOUT, UNKNOWN_AGENT, MESSAGE_NOT_FOUND for an unknown `for`; the reason of `signal` when it aborts
 */
export async function wait(ctx: CoreContext, request: WaitRequest, also: Fits = () => true): Promise<Message> {
  const agent = agentOf(ctx, request.agent);
  const asked = await fitsOf(ctx, request, agent);
  const fits: Fits = (message) => asked(message) && also(message);
  const inboxes = inboxesOf(ctx, agent);
  request.signal?.throwIfAborted();
  const look = async () => (request.claim ? claimOne(ctx, agent, fits) : (await claimable(ctx, inboxes, fits))[0]);
  // What is there already needs no watcher.
  const waiting = await look();
  if (waiting) return waiting;
  const { alarm, isOver, end } = listen(ctx, { inboxes, timeoutMs: request.timeoutMs, signal: request.signal });
  try {
    for (let forget = () => {}; ; ) {
      await alarm.next();
      const over = isOver();
      const message = await look();
      if (message) return message;
      if (over) throw timedOut(agent, request);
      forget();
      ({ forget } = await glance(ctx, alarm, { inboxes, fits }));
    }
  } finally {
    end();
  }
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
  const answers = request.for === undefined ? undefined : followsOn((await copiesOf(ctx, request.for, agent))[0].message);
  return (message) =>
    (answers === undefined || answers(message)) &&
    (correlationId === undefined || message.correlation_id === correlationId) &&
    (type === undefined || message.type === type);
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
