import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import type { Copy } from '../store/store.ts';
import { respond } from './answer.ts';
import type { CoreContext } from './context.ts';
import { keepLease } from './keep-lease.ts';
import { Postponement } from './postponement.ts';
import { Rejection } from './rejection.ts';
import type { AnswerContent, Sent } from './requests.ts';
import { withoutSensitive } from './said.ts';

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
 * completes it. What it throws fails the attempt; a `Rejection` fails the message for good, a `Postponement` gives it back.
 */
export type Handler<W = Work> = (work: W) => Said | Promise<Said>;

// biome-ignore lint/suspicious/noConfusingVoidType: handlers may be declared as functions that return nothing
type Said = AnswerContent | string | undefined | void;

/**
 * What became of one message: `failed` will be tried again, `dead` was the last attempt or a rejection, `released` was
 * given back by a stop or a postponement, `settled` was finished, failed or given back before the handler ended, by itself
 * or by its owner, `lost` was no longer ours to settle: its lease ran out, or somebody claimed it again.
 */
export interface Handled {
  /** As it was left; as it was claimed, where that was not by us. */
  message: Message;
  outcome: 'completed' | 'failed' | 'dead' | 'released' | 'settled' | 'lost';
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
export async function handleOne(ctx: CoreContext, copy: Copy, handler: Handler, options: HandleOneOptions): Promise<Handled> {
  const { agent, leaseMs, giveUp, graceMs } = options;
  const { message } = copy;
  const holder = { agent, id: message.id, token: message.delivery?.lease_token };
  const ended = new AbortController();
  const lease = keepLease(ctx, copy, { agent, leaseMs, isNotOurs: (error) => isNotOurs(error, message.id) });
  const signal = AbortSignal.any([lease.lost, giveUp]);
  let answer: string | undefined;
  const work: Work = {
    message,
    signal,
    extend: lease.extend,
    respond: async (content) => {
      // Refused by a rate limit, the work would be done over again.
      const sent = await respond(ctx, { ...content, ...holder }, { waitMs: Number.POSITIVE_INFINITY, signal });
      answer = sent.message.id;
      return sent;
    },
  };
  const handled = (outcome: Handled['outcome'], { left = message, error }: { left?: Message; error?: unknown } = {}): Handled => ({
    message: left,
    outcome,
    ...(answer !== undefined && { answer }),
    ...(error !== undefined && { error }),
  });
  const notOurs = async (error: unknown): Promise<Handled> => ((await lease.isSettled()) ? handled('settled') : handled('lost', { error }));

  const settle = async (error: unknown): Promise<Handled> => {
    if (answer !== undefined) return handled('completed', { error });
    if (lease.lost.aborted) return handled('lost', { error: lease.lost.reason });
    const postponed = error instanceof Postponement;
    if (giveUp.aborted || postponed) {
      const { message: left } = await ctx.store.release({ ...holder, ...(postponed && { delayMs: error.delayMs }) });
      return handled('released', { left, ...(postponed && { error }) });
    }
    const said = await withoutSensitive(ctx, textOf(error));
    const { section, message: left } = await ctx.store.fail({ ...holder, error: said, reject: error instanceof Rejection });
    return handled(section === 'dead' ? 'dead' : 'failed', { left, error });
  };
  try {
    const running = (async () => handler(work))();
    const said = await Promise.race([running, abandoned({ giveUp, lost: lease.lost, ended: ended.signal, graceMs })]);
    if (answer !== undefined) return handled('completed');
    if (typeof said !== 'object') {
      const result = said === undefined ? undefined : await withoutSensitive(ctx, said);
      const complete = () => ctx.store.complete({ ...holder, ...(result !== undefined && { result }) });
      const { message: left } = await insistently(complete, signal);
      return handled('completed', { left });
    }
    await work.respond(said);
    return handled('completed');
  } catch (error) {
    if (isNotOurs(error, holder.id)) return await notOurs(error);
    return await settle(error).catch((second: unknown) => {
      if (isNotOurs(second, holder.id)) return notOurs(second);
      throw second;
    });
  } finally {
    ended.abort();
    lease.end();
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

/** Whether the store refused because the message is not ours any more; a handler may meet the same codes with other messages. */
function isNotOurs(error: unknown, id: string): boolean {
  return error instanceof CommsError && NOT_OURS.includes(error.code) && error.details?.id === id;
}

/** Work that is done is not to be done again because others had the lock all the time. */
async function insistently<T>(act: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (signal.aborted || !(error instanceof CommsError) || error.code !== 'LOCK_TIMEOUT') throw error;
    }
  }
}

function textOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.trim() === '' ? 'The handler failed without saying why.' : text;
}
