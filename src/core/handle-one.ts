import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import type { Copy } from '../store/store.ts';
import { respond } from './answer.ts';
import type { CoreContext } from './context.ts';
import { Rejection } from './rejection.ts';
import type { AnswerContent, Sent } from './requests.ts';

/** What a handler gets: one claimed message, under a lease that is extended while the handler runs. */
export interface Work {
  message: Message;
  /** Aborts when the lease is lost, or when a stop has waited long enough; what the handler does then counts no more. */
  signal: AbortSignal;
  /** Holds the message for so many ms from now; without a number for the lease that the handler runs under. @throws LEASE_LOST */
  extend(leaseMs?: number): Promise<void>;
  /** Answers the message and completes it, in one step, before the handler ends; waits where a rate limit holds it up. @throws what `reply` throws */
  respond(answer: AnswerContent): Promise<Sent>;
}

/**
 * Works on one message. Nothing returned completes it; a string completes it, with that as its result; an object answers it and
 * completes it. What it throws fails the attempt; a `Rejection` fails the message for good.
 */
export type Handler<W = Work> = (work: W) => Said | Promise<Said>;

// biome-ignore lint/suspicious/noConfusingVoidType: handlers may be declared as functions that return nothing
type Said = AnswerContent | string | undefined | void;

/**
 * What became of one message: `failed` will be tried again, `dead` was the last attempt or a rejection, `released` was
 * given back by a stop, `lost` was no longer ours to settle (its lease ran out, or somebody settled it meanwhile).
 */
export interface Handled {
  message: Message;
  outcome: 'completed' | 'failed' | 'dead' | 'released' | 'lost';
  /** The id of the answer, where one was given. */
  answer?: string;
  error?: unknown;
}

export interface HandleOneOptions {
  agent: string;
  leaseMs: number;
  /** Aborts when handlers are to end at once. */
  giveUp: AbortSignal;
  /** How long a handler may then take before its message is given back all the same. */
  graceMs: number;
}

const NOT_OURS: readonly string[] = ['LEASE_LOST', 'ALREADY_CLAIMED', 'WRONG_STATUS', 'MESSAGE_NOT_FOUND'];

/** Runs the handler on a claimed copy, keeps the lease while it does, and settles the message by what comes of it. */
export async function handleOne(ctx: CoreContext, { message }: Copy, handler: Handler, options: HandleOneOptions): Promise<Handled> {
  const { agent, leaseMs, giveUp, graceMs } = options;
  const holder = { agent, id: message.id, token: message.delivery?.lease_token };
  const lost = new AbortController();
  const ended = new AbortController();
  const signal = AbortSignal.any([lost.signal, giveUp]);
  let answer: string | undefined;
  const work: Work = {
    message,
    signal,
    extend: async (ms = leaseMs) => {
      await ctx.store.extend({ ...holder, leaseMs: ms });
    },
    respond: async (content) => {
      // Refused by a rate limit, the work would be done over again.
      const sent = await respond(ctx, { ...content, ...holder }, { waitMs: Number.POSITIVE_INFINITY, signal });
      answer = sent.message.id;
      return sent;
    },
  };
  const stopKeeping = keepLease(ctx, { ...holder, leaseMs }, lost);
  const handled = (outcome: Handled['outcome'], error?: unknown): Handled => ({
    message,
    outcome,
    ...(answer !== undefined && { answer }),
    ...(error !== undefined && { error }),
  });

  const settle = async (error: unknown): Promise<Handled> => {
    if (answer !== undefined) return handled('completed', error);
    if (lost.signal.aborted) return handled('lost', lost.signal.reason);
    if (giveUp.aborted) {
      await ctx.store.release(holder);
      return handled('released');
    }
    const { section } = await ctx.store.fail({ ...holder, error: textOf(error), reject: error instanceof Rejection });
    return handled(section === 'dead' ? 'dead' : 'failed', error);
  };
  try {
    const running = (async () => handler(work))();
    const said = await Promise.race([running, abandoned({ giveUp, lost: lost.signal, ended: ended.signal, graceMs })]);
    if (answer !== undefined) return handled('completed');
    if (typeof said === 'object') await work.respond(said);
    else await ctx.store.complete({ ...holder, ...(said !== undefined && { result: said }) });
    return handled('completed');
  } catch (error) {
    if (isNotOurs(error, holder.id)) return handled('lost', error);
    return await settle(error).catch((second: unknown) => {
      if (isNotOurs(second, holder.id)) return handled('lost', second);
      throw second;
    });
  } finally {
    ended.abort();
    stopKeeping();
  }
}

/** Rejects when the handler is not to be waited for any longer. `ended` lets go of the signals, which outlive the message. */
function abandoned({
  giveUp,
  lost,
  ended,
  graceMs,
}: Record<'giveUp' | 'lost' | 'ended', AbortSignal> & { graceMs: number }): Promise<never> {
  return new Promise((_, reject) => {
    const once = { once: true, signal: ended };
    lost.addEventListener('abort', () => reject(lost.reason), once);
    const later = () => {
      const timer = setTimeout(() => reject(new Error('The handler was stopped.')), graceMs);
      ended.addEventListener('abort', () => clearTimeout(timer), { once: true });
    };
    if (giveUp.aborted) later();
    else giveUp.addEventListener('abort', later, once);
  });
}

/** Extends the lease at each third of it, and says through `lost` when it is gone. Returns how to end that. */
function keepLease(ctx: CoreContext, holder: { agent: string; id: string; token?: string; leaseMs: number }, lost: AbortController) {
  const extend = () =>
    ctx.store.extend(holder).catch((error: unknown) => {
      // Anything else may pass; the next third has another try.
      if (isNotOurs(error, holder.id)) lost.abort(error);
    });
  const timer = setInterval(extend, Math.min(Math.max(1, holder.leaseMs / 3), 2 ** 31 - 1));
  return () => clearInterval(timer);
}

/** Whether the store refused because the message is not ours any more; a handler may meet the same codes with other messages. */
function isNotOurs(error: unknown, id: string): boolean {
  return error instanceof CommsError && NOT_OURS.includes(error.code) && error.details?.id === id;
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim() === '' ? 'The handler failed without saying why.' : text;
}
