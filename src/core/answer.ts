import { CommsError } from '../errors.ts';
import { hashOf } from '../message/hash.ts';
import { answeredBy } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { firstText } from '../message/said.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';
import { copiesOf } from './find.ts';
import { inboxesOf } from './groups.ts';
import { EVERY_SECTION, referencesOf } from './messages.ts';
import type { AckRequest, AnswerContent, ReplyRequest, RespondRequest, SendOptions, Sent } from './requests.ts';
import { check, send } from './send.ts';

/**
 * Answers a message that `from` received: to its sender, by DESIGN §8 "Answering". With `done` the original is completed in
 * the same step; the same answer again (nobody heard of the first, after a crash) is delivered once.
 * @throws MESSAGE_NOT_FOUND where `from` did not receive it, LEASE_LOST, ALREADY_CLAIMED, WRONG_STATUS with `done`
 * (nothing is delivered then), and what `send` throws
 */
export async function reply(ctx: CoreContext, request: ReplyRequest, options?: SendOptions): Promise<Sent> {
  const { id, from, done = false, token, ...own } = request;
  const agent = agentOf(ctx, from);
  const copy = await receivedCopy(ctx, id, agent);
  const answer = answerTo(copy.message, agent, own);
  if (!done) return send(ctx, answer, options);
  refuseDead(copy);
  try {
    return await send(ctx, answer, { ...options, completes: { agent, id, token } });
  } catch (error) {
    const before = isRefusal(error) && (await answeredBefore(ctx, copy, answer));
    if (before) return before;
    throw error;
  }
}

/** Answers a message and completes it. @throws what `reply` with `done` throws, FILE_NOT_FOUND for an artifact that is not there */
export async function respond(ctx: CoreContext, request: RespondRequest, options?: SendOptions): Promise<Sent> {
  const { agent, id, token, ...content } = request;
  return reply(ctx, { ...(await contentOf(ctx, content)), id, from: agent, token, done: true }, options);
}

/** Acknowledges a message that `from` received, and leaves it as it is. @throws MESSAGE_NOT_FOUND, LOOP_STOPPED */
export function ack(ctx: CoreContext, { id, from, details }: AckRequest, options?: SendOptions): Promise<Sent> {
  return reply(ctx, { id, from, type: 'ACK', ...(details === undefined ? {} : { details }) }, options);
}

async function receivedCopy(ctx: CoreContext, id: string, agent: string): Promise<Copy> {
  const own = inboxesOf(ctx, agent);
  const copies = await copiesOf(ctx, id, agent);
  const received = copies.find(({ inbox }) => own.includes(inbox));
  if (received) return received;
  const [copy] = copies;
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

/** What the store says of a message that is completed already, without and with the token of the lease that ended so. */
function isRefusal(error: unknown): boolean {
  return error instanceof CommsError && (error.code === 'WRONG_STATUS' || error.code === 'LEASE_LOST');
}

/**
 * The answer that an earlier call gave when it completed the original. Its content must be the same: what is said in other
 * words is another answer, and to be refused instead of dropped silently.
 */
async function answeredBefore(ctx: CoreContext, { inbox, message: original }: Copy, request: SendRequest): Promise<Sent | undefined> {
  const { message: again } = await check(ctx, request);
  const said = (message: Message) => hashOf(SAID.map((field) => message[field]));
  const given = await ctx.store.list({
    sections: EVERY_SECTION,
    filter: (message) => message.sender === again.sender && referencesOf(message).includes(original.id) && said(message) === said(again),
  });
  const results = (await ctx.store.find(original.id)).flatMap(({ inbox: lies, message }) =>
    lies === inbox && message.status === 'COMPLETED' ? [message.delivery?.result] : [],
  );
  // The same words may have been said before without completing it.
  const first = given.find(({ message }) => results.includes(answeredBy(message.id))) ?? given[0];
  if (!first || results.length === 0) return undefined;
  const deliveries = given
    .filter(({ message }) => message.id === first.message.id)
    .map(({ inbox: recipient, section }) => ({ recipient, outcome: section === 'held' ? ('held' as const) : ('duplicate' as const) }));
  return { message: first.message, deliveries, warnings: [] };
}

const SAID = ['type', 'subject', 'content', 'references', 'correlation_id', 'channel', 'requires_response'] as const;

/** Only the dead letters are no place to finish anything; the store says what else cannot be finished. */
function refuseDead({ message, section }: Copy): void {
  if (section !== 'dead') return;
  throw new CommsError('WRONG_STATUS', `Message ${message.id} is in the dead letters and cannot be completed.`, {
    hint: 'Leave --done out to answer it all the same.',
    details: { id: message.id, section },
  });
}

/** What an answer with a payload or an artifact is as a message. */
async function contentOf(
  { attachments }: CoreContext,
  { payload, artifactPath, ...own }: AnswerContent,
): Promise<Omit<ReplyRequest, 'id' | 'from'>> {
  if (payload === undefined && artifactPath === undefined) return own;
  const context = { ...payload, ...own.context };
  const details = own.details ?? saidIn(context) ?? (artifactPath === undefined ? 'See the context.' : `See ${artifactPath}.`);
  if (artifactPath === undefined) return { ...own, details, context };
  // The recipient reads it by the path in the repository, wherever this process runs.
  const path = (await attachments?.describe(artifactPath))?.attachment.path ?? artifactPath;
  return { ...own, details, context: { ...context, artifact_path: path }, attach: [...(own.attach ?? []), artifactPath] };
}

function saidIn({ details, message, query, text, summary }: Record<string, unknown>): string | undefined {
  return firstText(details, message, query, text, summary);
}
