import { CommsError, type ErrorCode } from '../errors.ts';
import { hashOf } from '../message/hash.ts';
import { isObject } from '../message/json.ts';
import { type Message, TYPES_WITHOUT_RESPONSE } from '../message/message.ts';
import { byAge } from '../message/priority.ts';
import { uidOf } from '../message/uid.ts';
import { decisionOf } from '../orchestrator/judge.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';
import { copiesOf } from './find.ts';
import { filterOf } from './look.ts';
import { EVERY_SECTION, isReplay } from './messages.ts';
import type { Replay, Replayed, ReplayRequest } from './requests.ts';
import { Refusal } from './routing/refusal.ts';
import { type Checked, check, pass } from './send.ts';
import { thread } from './thread.ts';

/** So many go to the store at once, which writes them together. */
const AT_ONCE = 100;

/** What is wrong with one message and says nothing of the next. After anything else the rest is not tried. */
const OF_ONE_MESSAGE: readonly ErrorCode[] = ['INVALID_MESSAGE', 'UNKNOWN_TYPE', 'MESSAGE_TOO_LARGE', 'INVALID_CONFIG', 'REFUSED'];

/**
 * Sends messages that are there already to an agent once more, oldest first, as new messages of whoever replays.
 * Each refers to its original and says in metadata.replay_of and metadata.original_sender what it was; status, lease
 * and expiry stay behind, and the correlation id becomes another, so that a replayed answer answers nobody. What this
 * sender has replayed to this agent before is not sent again, so that a replay which was cut off can be repeated.
 * @throws UNKNOWN_AGENT, INVALID_NAME, MESSAGE_NOT_FOUND for an unknown `thread` or id; the reason of `signal`; of what ends
 * a replay midway (RATE_LIMITED, LOCK_TIMEOUT, DISK_FULL, …) the error, with what was replayed in `details.replays`
 */
export async function replay(ctx: CoreContext, request: ReplayRequest): Promise<Replayed> {
  const from = agentOf(ctx, request.from);
  const to = agentOf(ctx, request.to);
  const originals = await originalsOf(ctx, request);
  const before = request.dryRun ? await keysOf(ctx, from) : new Set<string>();
  const replays: Replay[] = [];
  for (let at = 0; at < originals.length; at += AT_ONCE) {
    request.signal?.throwIfAborted();
    const checked: Attempt[] = [];
    // One after another, so that they reach the store in their order.
    for (const original of originals.slice(at, at + AT_ONCE)) checked.push(await attempt(ctx, original, { from, to, request }));
    const outcomes = await Promise.all(checked.map((one) => outcomeOf(ctx, one, request, before)));
    replays.push(...outcomes.map(({ replay: done }) => done));
    const end = outcomes.find(({ error }) => error !== undefined && !OF_ONE_MESSAGE.includes(error.code))?.error;
    if (end) throw cutOff(end, replays, originals.length);
    request.onProgress?.(replays.length, originals.length);
  }
  return { to, replays };
}

interface Attempt {
  original: Copy;
  checked?: Checked;
  error?: CommsError;
}

async function attempt(
  ctx: CoreContext,
  original: Copy,
  { from, to, request }: { from: string; to: string; request: ReplayRequest },
): Promise<Attempt> {
  try {
    return { original, checked: await check(ctx, requestFor(original, { from, to, request }), { isReplay: true }) };
  } catch (error) {
    if (error instanceof CommsError) return { original, error };
    throw error;
  }
}

async function outcomeOf(
  ctx: CoreContext,
  { original, checked, error }: Attempt,
  { dryRun = false }: ReplayRequest,
  before: ReadonlySet<string>,
): Promise<{ replay: Replay; error?: CommsError }> {
  const { inbox, section, message } = original;
  const about = { original: message, inbox, section };
  if (!checked) return failed(about, error);
  if (dryRun) {
    if (before.has(String(checked.draft.idempotency_key))) return { replay: { ...about, outcome: 'duplicate' } };
    return { replay: await foreseen(ctx, checked, about) };
  }
  try {
    const { message: sent, deliveries } = await pass(ctx, checked);
    const { outcome = 'delivered', reason } = deliveries[0] ?? {};
    return { replay: { ...about, outcome, message: sent, ...(reason !== undefined && { reason }) } };
  } catch (thrown) {
    // What the checks refuse of one message says nothing of the next.
    if (thrown instanceof Refusal) return { replay: failed(about, thrown).replay };
    if (thrown instanceof CommsError) return failed(about, thrown);
    throw thrown;
  }
}

/** What would become of it by the rules as things stand; how fast it may go is left to the time when it does. */
async function foreseen(ctx: CoreContext, checked: Checked, about: Pick<Replay, 'original' | 'inbox' | 'section'>): Promise<Replay> {
  const { judged } = await import('./routing/verdicts.ts');
  const { message, verdicts, mode, conflicts } = await judged(ctx, checked);
  const counting = verdicts.filter(({ rule }) => rule !== 'rate');
  const { outcome, because } = decisionOf(counting, { mode });
  if (outcome === 'refuse') return failed(about, new Refusal({ mode, conflicts, verdicts: counting }, because)).replay;
  if (outcome === 'deliver') return { ...about, outcome: 'ready', message };
  return { ...about, outcome: 'held', reason: because.map(({ reason }) => reason).join(' ') };
}

function failed(
  about: Pick<Replay, 'original' | 'inbox' | 'section'>,
  error: CommsError | undefined,
): { replay: Replay; error?: CommsError } {
  const { code = 'INTERNAL', message = 'It was not checked.', hint } = error ?? {};
  return {
    replay: { ...about, outcome: 'failed', error: { code, message, ...(hint !== undefined && { hint }) } },
    ...(error && { error }),
  };
}

/** The message as it is said again. */
function requestFor({ inbox, message }: Copy, { from, to, request }: { from: string; to: string; request: ReplayRequest }): SendRequest {
  const { content, correlation_id, metadata } = message;
  const root = rootOf(message);
  // It is part of the phase in which it is said again; the one of then may be over.
  const { recipients: _, bounce: __, phase_id, ...kept } = metadata ?? {};
  const origin = {
    id: message.id,
    uid: uidOf(message),
    inbox,
    timestamp: message.timestamp,
    ...(correlation_id && { correlation_id }),
    ...(phase_id !== undefined && { phase_id }),
  };
  return {
    from,
    to: [to],
    type: message.type,
    subject: message.subject,
    details: content.details,
    context: content.context,
    attachments: content.attachments,
    references: [message.id],
    priority: message.priority,
    requiresResponse: (request.requiresResponse ?? message.requires_response) && !TYPES_WITHOUT_RESPONSE.includes(message.type),
    version: message.version as '1.0' | undefined,
    channel: message.channel,
    // Types such as RESPONSE need one, and what was one exchange stays one; but it is not the exchange that somebody waits in.
    correlationId: correlation_id && !isReplay(message) ? `replay-${correlation_id}`.slice(0, 256) : correlation_id,
    expectedResponseTime: message.expected_response_time,
    metadata: isReplay(message) ? kept : { ...kept, replay_of: origin, original_sender: message.sender },
    // Short and plain, whatever somebody wrote as a uid.
    ...(!request.again && { idempotencyKey: `replay-${hashOf([root, to])}` }),
    extra: message,
  };
}

/** The messages that are asked for, oldest first, each once: of a broadcast one copy, of a message and its replays the message. */
async function originalsOf(ctx: CoreContext, request: ReplayRequest): Promise<Copy[]> {
  const { inbox, sections = ['active', 'archived'], filter, limit = Number.POSITIVE_INFINITY } = request;
  const ids = await idsOf(ctx, request);
  const passes = filterOf(ctx, filter);
  const copies = await ctx.store.list({
    ...(inbox !== undefined && { inboxes: [agentOf(ctx, inbox)] }),
    sections,
    filter: (message) => (ids === undefined || ids.has(message.id)) && passes(message),
  });
  const byRoot = new Map<string, Copy>();
  for (const copy of copies) {
    const root = rootOf(copy.message);
    const known = byRoot.get(root);
    if (!known || (isReplay(known.message) && !isReplay(copy.message))) byRoot.set(root, copy);
  }
  const oldestFirst = [...byRoot.values()].sort((a, b) => byAge(a.message, b.message));
  return limit < oldestFirst.length ? oldestFirst.slice(-limit) : oldestFirst;
}

/** The ids to choose from; undefined for all. @throws MESSAGE_NOT_FOUND */
async function idsOf(ctx: CoreContext, { ids, thread: within }: ReplayRequest): Promise<ReadonlySet<string> | undefined> {
  if (ids) for (const id of ids) await copiesOf(ctx, id);
  if (within === undefined) return ids && new Set(ids);
  const members = (await thread(ctx, within)).messages.map(({ id }) => id);
  return new Set(ids ? members.filter((id) => ids.includes(id)) : members);
}

/** The uid of the message that was said first. */
function rootOf(message: Message): string {
  const origin = message.metadata?.replay_of;
  return isObject(origin) && typeof origin.uid === 'string' ? origin.uid : uidOf(message);
}

async function keysOf({ store }: CoreContext, sender: string): Promise<Set<string>> {
  const copies = await store.list({ sections: EVERY_SECTION, filter: (message) => message.sender === sender && isReplay(message) });
  return new Set(copies.flatMap(({ message }) => message.idempotency_key ?? []));
}

function cutOff({ code, message, hint, details, cause }: CommsError, replays: Replay[], total: number): CommsError {
  const done = replays.filter(({ outcome }) => outcome !== 'failed').length;
  return new CommsError(code, `${message} ${done} of ${total} messages were replayed before that.`, {
    hint: `${hint ? `${hint} ` : ''}The same command goes on where this one ended.`,
    details: { ...details, replays },
    cause,
  });
}
