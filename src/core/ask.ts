import { CommsError } from '../errors.ts';
import { type Message, TYPES_WITHOUT_RESPONSE } from '../message/message.ts';
import { byAge } from '../message/priority.ts';
import { timeOf } from '../message/time.ts';
import { parseType } from '../message/types.ts';
import type { StoreEvent } from '../store/store.ts';
import { agentOf } from './agents.ts';
import { followsOn, isAck, isBounce } from './answers.ts';
import type { CoreContext } from './context.ts';
import { listen } from './inbox-alarm.ts';
import type { Asked, AskedDelivery, AskRequest, CopyOutcome, SendOptions, Sent, WaitForResponseRequest } from './requests.ts';
import { send } from './send.ts';
import { outcomesOf } from './track.ts';
import { wait } from './wait.ts';

/**
 * Sends a message and waits for its answer, whoever of the recipients gives it first, or for several. The answers that it
 * returns are completed. When the time is over the message stays as open as it was, and so do answers that came.
 * @throws TIMEOUT, NO_ANSWER once every recipient let it fail or expire or finished it without an answer, what `send` throws;
 * the reason of `signal` when it aborts
 */
export async function ask(ctx: CoreContext, asked: AskRequest, options?: SendOptions): Promise<Asked> {
  const { timeoutMs, responses: wanted = 1, signal, onSent, ...request } = asked;
  if (!Number.isInteger(wanted) || wanted < 1) {
    throw new CommsError('USAGE', `There must be one answer at least to wait for; ${wanted} is none.`, { hint: 'Leave it out for one.' });
  }
  signal?.throwIfAborted();
  const sent = await send(ctx, asQuestion(ctx, request), { signal, ...options });
  onSent?.(sent.message);
  const question: Question = { ...sent, asker: agentOf(ctx, request.from), wanted, timeoutMs };
  // Whether one of its copies may have ended its way; before the first look nobody knows.
  let moved = true;
  const mayHaveEnded = (event: StoreEvent) => {
    if (!('message' in event) || event.message.id !== sent.message.id) return false;
    const ended = event.event === 'removed' || event.section !== 'active' || event.message.status === 'COMPLETED';
    moved ||= ended;
    return ended;
  };
  const { alarm, isOver, end } = listen(ctx, {
    inboxes: [question.asker],
    since: sent.message.id,
    also: mayHaveEnded,
    timeoutMs,
    signal,
  });
  const expiresAt = timeOf(sent.message.expires_at);
  const expired = () => {
    moved = true;
  };
  if (expiresAt !== undefined) alarm.ringIn(expiresAt - ctx.clock(), expired);
  try {
    for (;;) {
      await alarm.next();
      const over = isOver();
      const heard = await heardOf(ctx, question);
      const { answers } = heard;
      if (answers.length >= wanted) return await taken(ctx, question, heard);
      // Several recipients may have answered without an end; one that has answered is counted above.
      const look: boolean = moved || answers.length > 0;
      moved = false;
      const settled: Settled | undefined = look ? await settledOutcomes(ctx, question, answers) : undefined;
      if (settled && !settled.held) return await lastWord(ctx, question, settled.outcomes);
      // It may be rejected, which is no event of the question's.
      moved ||= settled?.held ?? false;
      if (over) throw timedOut(question, answers);
    }
  } finally {
    end();
  }
}

/**
 * Waits for a message of the thread that somebody sent to the agent, completes it and returns it; an ACK is none.
 * @throws TIMEOUT, UNKNOWN_AGENT, NO_ANSWER where the message comes back as undelivered; the reason of `signal` when it aborts
 */
export async function waitForResponse(ctx: CoreContext, { agent, ...request }: WaitForResponseRequest): Promise<Message> {
  const name = agentOf(ctx, agent);
  // What an agent asked itself lies in the same inbox as the answer.
  const isResponse = (message: Message) => !isAck(message) && (message.sender !== name || message.references.length > 0);
  const message = await wait(ctx, { ...request, agent: name, claim: true }, isResponse);
  await ctx.store.complete({ agent: name, id: message.id, token: message.delivery?.lease_token });
  if (!isBounce(message)) return message;
  throw new CommsError('NO_ANSWER', `Nobody answered: ${message.content.details}`, {
    hint: `Run "comms track ${message.references[0]}" to see what became of it.`,
    details: { correlation_id: request.correlationId, bounce: message.id },
  });
}

interface Settled {
  outcomes: CopyOutcome[];
  /** Whether an answer waits for a decision, and may still come. */
  held: boolean;
}

interface Question extends Sent {
  asker: string;
  wanted: number;
  timeoutMs: number | undefined;
}

/** A correlation id has to stand in the message before its own id is known. */
function asQuestion(ctx: CoreContext, request: Omit<AskRequest, 'timeoutMs' | 'responses' | 'signal' | 'onSent'>) {
  const asks = !TYPES_WITHOUT_RESPONSE.includes(parseType(request.type));
  return {
    ...request,
    ...(asks && { requiresResponse: request.requiresResponse ?? true }),
    correlationId: request.correlationId ?? ctx.newUid(),
  };
}

/** What came in answer to a question: also what another process under the asker's name has taken. */
interface Heard {
  /** Oldest first. */
  answers: Message[];
  /** Acknowledgements and bounces. */
  news: Message[];
}

async function heardOf({ store }: CoreContext, { message: asked, asker }: Question): Promise<Heard> {
  const follows = followsOn(asked);
  const copies = await store.list({
    inboxes: [asker],
    sections: ['active', 'archived'],
    since: asked.id,
    filter: (message) => message.id !== asked.id && follows(message),
  });
  const isNews = (message: Message) => isAck(message) || isBounce(message);
  const messages = copies.map(({ message }) => message);
  return { answers: messages.filter((message) => !isNews(message)).sort(byAge), news: messages.filter(isNews) };
}

/** Completes the answers that were wanted, and all news. */
async function taken(ctx: CoreContext, question: Question, { answers, news }: Heard, warnings: string[] = []): Promise<Asked> {
  const complete = (message: Message) => completeOpen(ctx, question.asker, message);
  const [responses] = await Promise.all([Promise.all(answers.slice(0, question.wanted).map(complete)), Promise.all(news.map(complete))]);
  const [response] = responses;
  if (!response) throw new Error('There is no answer to take.');
  const deliveries = question.deliveries.map((delivery): AskedDelivery => {
    const own = responses.find(({ sender }) => readersOf(ctx, delivery.recipient).includes(sender));
    return { ...delivery, ...(own && { response: own.id }) };
  });
  return { message: question.message, deliveries, warnings: [...question.warnings, ...warnings], response, responses };
}

/** The answer as it stands then. One that somebody else has claimed or finished is theirs to finish; it has been heard all the same. */
async function completeOpen({ store }: CoreContext, agent: string, message: Message): Promise<Message> {
  if (message.status !== 'PENDING') return message;
  try {
    return (await store.complete({ agent, id: message.id })).message;
  } catch (error) {
    if (!(error instanceof CommsError) || !['ALREADY_CLAIMED', 'LEASE_LOST', 'WRONG_STATUS', 'MESSAGE_NOT_FOUND'].includes(error.code))
      throw error;
    return message;
  }
}

/** What became of the question, once nobody is left who could still answer it. */
async function settledOutcomes(ctx: CoreContext, question: Question, answers: readonly Message[]): Promise<Settled | undefined> {
  const outcomes = outcomesOf(ctx, await ctx.store.find(question.message.id));
  const isSettled = ({ recipient }: AskedDelivery) => {
    const copy = outcomes.find((one) => one.recipient === recipient);
    if (!copy || copy.outcome === 'failed' || copy.status === 'COMPLETED') return true;
    return answers.some(({ sender }) => readersOf(ctx, recipient).includes(sender));
  };
  return question.deliveries.every(isSettled) ? { outcomes, held: await hasHeldAnswer(ctx, question) } : undefined;
}

async function hasHeldAnswer({ store }: CoreContext, { message: asked, asker }: Question): Promise<boolean> {
  const follows = followsOn(asked);
  const isAnswer = (message: Message) => message.id !== asked.id && follows(message) && !isAck(message) && !isBounce(message);
  return (await store.list({ inboxes: [asker], sections: ['held'], filter: isAnswer })).length > 0;
}

/** Everybody is done with it: what answers there are, or nobody's. */
async function lastWord(ctx: CoreContext, question: Question, outcomes: readonly CopyOutcome[]): Promise<Asked> {
  // A step of the store is one file after the other for who reads. This one waits its turn: what began is over then,
  // and the sender of what expired has been told.
  await ctx.store.sweep();
  const heard = await heardOf(ctx, question);
  const { answers, news } = heard;
  const { message, wanted, asker } = question;
  const without = outcomes.filter(({ recipient }) => !answers.some(({ sender }) => readersOf(ctx, recipient).includes(sender)));
  const why = without.map(sayWhy).join('; ');
  if (answers.length > 0) {
    const short = answers.length < wanted ? [`Only ${answers.length} of ${wanted} answers came: ${why || 'everybody has answered'}.`] : [];
    return taken(ctx, question, heard, short);
  }
  for (const one of news) await completeOpen(ctx, asker, one);
  throw new CommsError('NO_ANSWER', `Nobody answered ${message.id}: ${why}.`, {
    hint: `Run "comms track ${message.id}" to see what became of it.`,
    details: { id: message.id, correlation_id: message.correlation_id, deliveries: outcomes },
  });
}

function sayWhy({ recipient, outcome, reason, last_error, result, held_reason, released_at, rejected_by }: CopyOutcome): string {
  if (outcome === 'delivered') return `${recipient} completed it without an answer${result === undefined ? '' : ` (${result})`}`;
  // It never came so far.
  if (held_reason !== undefined && released_at === undefined) {
    const by = rejected_by === undefined ? '' : ` by ${rejected_by}`;
    const end = reason === 'rejected' ? `rejected${by}${last_error === undefined ? '' : ` (${last_error})`}` : 'not decided over in time';
    return `for ${recipient} it was held and ${end}`;
  }
  if (reason === 'expired') return `${recipient} did not take it in time`;
  if (reason === 'missing') return `the copy of ${recipient} is gone`;
  if (reason === 'unregistered') return `${recipient} is no longer registered`;
  return `${recipient} ${reason === 'rejected' ? 'rejected' : 'failed'} it${last_error === undefined ? '' : ` (${last_error})`}`;
}

/** Who may answer what lies in this inbox: the agent, or the members of the group. */
function readersOf({ workspace: { settings } }: CoreContext, inbox: string): string[] {
  return [inbox, ...(Object.hasOwn(settings.groups, inbox) ? (settings.groups[inbox] ?? []) : [])];
}

function timedOut({ message, asker, wanted, timeoutMs = 0 }: Question, answers: readonly Message[]): CommsError {
  const { id, correlation_id } = message;
  const what = answers.length === 0 ? `No answer to ${id}` : `Only ${answers.length} of ${wanted} answers to ${id}`;
  return new CommsError('TIMEOUT', `${what} arrived for ${asker} within ${timeoutMs / 1000} s; the question stays open.`, {
    hint: `Run "comms wait --as ${asker} --correlation-id ${correlation_id}" to go on waiting.`,
    details: { id, correlation_id, timeout_ms: timeoutMs, responses: answers.map((answer) => answer.id) },
  });
}
