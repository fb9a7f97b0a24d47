import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommsError } from '../errors.ts';
import { isoOf } from '../message/time.ts';
import { agentOf } from './agents.ts';
import { type Breaker, createBreaker, type Pass } from './breaker.ts';
import type { CoreContext } from './context.ts';
import { type HandleRequest, type Handling, handleMessages } from './handle.ts';
import type { Handler, Work } from './handle-one.ts';
import { Postponement } from './postponement.ts';
import { Rejection } from './rejection.ts';

/**
 * A breaker around a handler: after so many failures in a row (`breaker` in config.json) nothing is claimed for a while,
 * then one message is tried. Its state outlives the process and is shared by all that work for the same agent by the same name.
 */
export interface BreakerRequest {
  /** Says which handler it is, such as its command line. Only a hash of it is kept. */
  name: string;
  /** What to do while it is open. Default: wait. */
  whenOpen?: 'wait' | 'refuse';
  /** When it opens, is found open, lets one through, and closes. `until` in ISO 8601. */
  onChange?: (change: BreakerChange) => void;
}

export type BreakerChange = { state: 'open'; until: string } | { state: 'half-open' } | { state: 'closed' };

/** While it is open: how often to look whether another process closed it. */
const LOOK_MS = 500;

/** `handleMessages` behind a breaker; without `request.breaker`, or where config.json says 0 failures, without one. @throws CIRCUIT_OPEN */
export async function handleGuarded(
  ctx: CoreContext,
  request: HandleRequest & { breaker?: BreakerRequest },
  handler: Handler,
): Promise<Handling> {
  const { breaker: wanted, ...plain } = request;
  const { failures, resetAfterMs } = ctx.workspace.settings.breaker;
  if (!wanted || failures === 0) return handleMessages(ctx, plain, handler);
  const agent = agentOf(ctx, request.agent);
  const key = `${agent}:${createHash('sha256').update(wanted.name).digest('hex').slice(0, 16)}`;
  const breaker = inTurn(createBreaker(ctx, { key, failures, resetAfterMs }));
  const say = onceEach(wanted.onChange);

  const gate = async (signal: AbortSignal) => {
    for (let until = await breaker.openUntil(); until !== undefined && !signal.aborted; until = await breaker.openUntil()) {
      if (wanted.whenOpen === 'refuse') throw circuitOpen(agent, until, ctx.clock());
      say({ state: 'open', until: isoOf(until) });
      await pause(Math.min(LOOK_MS, until - ctx.clock()), signal);
    }
  };
  const until = wanted.whenOpen === 'refuse' ? await breaker.openUntil() : undefined;
  if (until !== undefined) throw circuitOpen(agent, until, ctx.clock());

  return handleMessages(
    ctx,
    {
      ...plain,
      async before(signal) {
        await gate(signal);
        await plain.before?.(signal);
      },
    },
    async (work) => {
      const pass = await breaker.enter();
      if (!pass) throw new Postponement('The circuit breaker is open.', { delayMs: 0 });
      // Closed, where another process did that.
      say({ state: pass.isProbe ? 'half-open' : 'closed' });
      const tell = async (change: Promise<'opened' | 'closed' | undefined>) => {
        const changed = await change.catch(() => undefined);
        if (changed === 'closed') say({ state: 'closed' });
        if (changed === 'opened') say({ state: 'open', until: isoOf((await breaker.openUntil()) ?? ctx.clock() + resetAfterMs) });
      };
      return await observed(work, handler, pass, tell);
    },
  );
}

/** Runs the handler, and tells the breaker how that went. A breaker that cannot be written lets through more than it should, and that is all. */
async function observed(
  work: Work,
  handler: Handler,
  pass: Pass,
  tell: (change: Promise<'opened' | 'closed' | undefined>) => Promise<void>,
): Promise<Awaited<ReturnType<Handler>>> {
  let outcome: 'success' | 'failure' | undefined;
  try {
    const said = await handler(work);
    outcome = 'success';
    return said;
  } catch (error) {
    // What is stopped, and what is put off, says nothing about the handler; a rejection says that it does its work.
    if (error instanceof Rejection) outcome = 'success';
    else if (!work.signal.aborted && !(error instanceof Postponement)) outcome = 'failure';
    throw error;
  } finally {
    if (outcome === undefined) await pass.abandon().catch(() => undefined);
    else await tell(pass.settle(outcome));
  }
}

/** One question after another: a probe that is being let through is known to whoever asks next. */
function inTurn(breaker: Breaker): Breaker {
  let last: Promise<unknown> = Promise.resolve();
  const next = <T>(ask: () => Promise<T>): Promise<T> => {
    const answer = last.then(ask);
    last = answer.catch(() => undefined);
    return answer;
  };
  return { openUntil: () => next(breaker.openUntil), enter: () => next(breaker.enter) };
}

/** Says each change once, however often it is seen. */
function onceEach(onChange: BreakerRequest['onChange']): (change: BreakerChange) => void {
  let said: BreakerChange['state'] = 'closed';
  return (change) => {
    if (change.state === said) return;
    said = change.state;
    onChange?.(change);
  };
}

/** Ends early, and not in an error, when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(Math.max(1, ms), undefined, { signal }).catch(() => undefined);
}

function circuitOpen(agent: string, until: number, now: number): CommsError {
  const retryAt = isoOf(until);
  return new CommsError('CIRCUIT_OPEN', `The command failed too often in a row; nothing is claimed for ${agent} until ${retryAt}.`, {
    hint: 'Mend what fails, and try again then.',
    details: { agent, retry_at: retryAt, retry_after_ms: until - now },
  });
}
