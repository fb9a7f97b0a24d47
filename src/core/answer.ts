import { CommsError } from '../errors.ts';
import { hashOf } from '../message/hash.ts';
import { completed } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { uidOf } from '../message/uid.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';
import { copiesOf } from './find.ts';
import { EVERY_SECTION, referencesOf } from './messages.ts';
import type { AckRequest, ReplyRequest, Sent } from './requests.ts';
import { send } from './send.ts';

/**
 * Answers a message that `from` received: to its sender, by DESIGN §8 "Answering". With `done` the original is completed
 * once the answer is delivered; the same answer again, after a crash in between, is delivered once and completes it.
 * @throws MESSAGE_NOT_FOUND where `from` did not receive it, LEASE_LOST, ALREADY_CLAIMED, WRONG_STATUS with `done`
 * (nothing is delivered then), and what `send` throws
 */
export async function reply(ctx: CoreContext, { id, from, done = false, token, ...own }: ReplyRequest): Promise<Sent> {
  const agent = agentOf(ctx, from);
  const copy = await receivedCopy(ctx, id, agent);
  const request = answerTo(copy.message, agent, own);
  if (!done) return send(ctx, request);
  const keyed = { ...request, idempotencyKey: request.idempotencyKey ?? keyFor(copy.message, request) };
  const before = await answeredBefore(ctx, copy, keyed);
  if (before) return before;
  refuseUnfinishable(copy, { agent, token, now: ctx.clock() });
  const sent = await send(ctx, keyed);
  await finish(ctx, { agent, id, token }, sent);
  return sent;
}

/** Acknowledges a message that `from` received, and leaves it as it is. @throws MESSAGE_NOT_FOUND, LOOP_STOPPED */
export function ack(ctx: CoreContext, { id, from, details }: AckRequest): Promise<Sent> {
  return reply(ctx, { id, from, type: 'ACK', ...(details === undefined ? {} : { details }) });
}

async function receivedCopy(ctx: CoreContext, id: string, agent: string): Promise<Copy> {
  const copies = await copiesOf(ctx, id, agent);
  const [copy] = copies;
  if (copy.inbox === agent) return copy;
  const inboxes = [...new Set(copies.map(({ inbox }) => inbox))].join(', ');
  throw new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} in the inbox of ${agent}.`, {
    hint:
      copy.message.sender === agent
        ? `${agent} sent it to ${inboxes}; run "comms send --ref ${id}" to add to it, or "comms track ${id}" to see what became of it.`
        : `It lies in the inbox of ${inboxes}; only who received a message can answer it.`,
    details: { id, agent },
  });
}

function answerTo(original: Message, from: string, own: Omit<ReplyRequest, 'id' | 'from'>): SendRequest {
  const { subject, type, references = [], priority, channel, correlationId, ...rest } = own;
  return {
    ...rest,
    from,
    to: [original.sender],
    type: type ?? answerTypeOf(original.type),
    subject: subject ?? subjectOf(original),
    references: [...new Set([original.id, ...references])],
    priority: priority ?? original.priority,
    channel: channel ?? original.channel,
    correlationId: correlationId ?? original.correlation_id ?? original.id,
  };
}

/** An answer to an answer of an own type has no type of its own: it is an INFO. */
function answerTypeOf(type: string): string {
  if (type === 'QUERY') return 'RESPONSE';
  return /^[a-z][^\s]*\./.test(type) && !type.endsWith('.response') ? `${type}.response` : 'INFO';
}

function subjectOf({ id, subject }: Message): string {
  if (/^re:/i.test(subject)) return subject;
  return `Re: ${subject.trim() || id}`.slice(0, 500);
}

/**
 * The answer's content is part of the key: what is said in other words after a crash is another answer, and arrives,
 * where a key of the original alone would drop it silently.
 */
function keyFor(original: Message, request: SendRequest): string {
  return `reply:${uidOf(original)}:${hashOf(request)}`;
}

/** The answer that an earlier call delivered before it also completed the original. */
async function answeredBefore(ctx: CoreContext, original: Copy, { from, idempotencyKey }: SendRequest): Promise<Sent | undefined> {
  if (original.message.status !== 'COMPLETED') return undefined;
  const [first, ...others] = await ctx.store.list({
    sections: EVERY_SECTION,
    filter: (message) =>
      message.sender === from && message.idempotency_key === idempotencyKey && referencesOf(message).includes(original.message.id),
  });
  if (!first) return undefined;
  const deliveries = [first, ...others].map(({ inbox }) => ({ recipient: inbox, outcome: 'duplicate' as const }));
  return { message: first.message, deliveries, warnings: [] };
}

/** What `complete` would refuse is refused before anything is delivered. */
function refuseUnfinishable({ message, section }: Copy, holder: { agent: string; token: string | undefined; now: number }): void {
  if (section === 'active') {
    completed(message, holder);
    return;
  }
  const where = section === 'dead' ? 'in the dead letters' : 'archived';
  throw new CommsError('WRONG_STATUS', `Message ${message.id} is ${where} and cannot be completed.`, {
    hint: 'Leave --done out to answer it all the same.',
    details: { id: message.id, section },
  });
}

async function finish(ctx: CoreContext, holder: { agent: string; id: string; token: string | undefined }, sent: Sent): Promise<void> {
  try {
    await ctx.store.complete({ ...holder, result: `Answered by ${sent.message.id}` });
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    throw new CommsError(error.code, `The answer ${sent.message.id} was delivered, but not the original completed: ${error.message}`, {
      hint: error.hint,
      details: { ...error.details, delivered: sent.message.id },
      cause: error,
    });
  }
}
