import { CommsError } from '../errors.ts';
import { isTooDeep, mostJsonBytes } from '../message/json.ts';
import { isBuiltInType, type Message } from '../message/message.ts';
import { quote } from '../message/text.ts';
import { parseType } from '../message/types.ts';
import { assertValid } from '../message/validate.ts';
import type { Delivered, DeliverRequest, Draft, RateLimit } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';
import { draftOf, messageOf } from './draft.ts';
import { recipientsOf } from './recipients.ts';
import type { Preview, SendOptions, Sent } from './requests.ts';
import type * as LogModule from './routing/log.ts';
import { needsRules } from './routing/needs.ts';

/**
 * Checks a message and puts a copy into the inbox of each recipient, and with `completes`, in the same step, finishes the
 * message that it answers. What is refused was delivered to nobody. With `waitMs` it waits until no rate limit refuses it.
 * @throws UNKNOWN_AGENT, UNKNOWN_CHANNEL, INVALID_NAME, UNKNOWN_TYPE, INVALID_MESSAGE, MESSAGE_TOO_LARGE, LOOP_STOPPED, FILE_NOT_FOUND, USAGE,
 * RATE_LIMITED, and the reason of `signal` when it aborts
 */
export async function send(ctx: CoreContext, request: SendRequest, options: SendOptions & DeliverOptions = {}): Promise<Sent> {
  if (!options.waitMs) return pass(ctx, await check(ctx, request), options);
  let log: (() => Promise<void>) | undefined;
  const onLimited = (later: () => Promise<void>) => {
    log = later;
  };
  // Checked anew each time, so that its time is the one at which it went.
  const act = async () => pass(ctx, await check(ctx, request), { ...options, onLimited });
  return (await import('./rate-limits.ts')).patiently(act, options).catch(async (error: unknown) => {
    if (error instanceof CommsError && error.code === 'RATE_LIMITED') await log?.();
    throw error;
  });
}

export interface DeliverOptions extends Pick<DeliverRequest, 'completes'> {
  /** Takes what would log that a rate limit refused it, where it is tried again: one that waited and went was not refused. */
  onLimited?: (log: () => Promise<void>) => void;
}

/** Kept, since to import a module again costs as much as a tenth of a send. */
let logModule: typeof LogModule | undefined;

/**
 * Passes a message whose format is sound through the other checks, then delivers or holds it, and logs what became of it.
 * The checks are loaded where the workspace, or the message itself, gives them anything to do.
 * @throws Refusal, RATE_LIMITED, and what the store throws
 */
export async function pass(ctx: CoreContext, checked: Checked, options: DeliverOptions = {}): Promise<Sent> {
  const documents = await needsRules(ctx, checked);
  if (documents !== undefined) return (await import('./routing/pass.ts')).passRules(ctx, checked, documents, options);
  if (!ctx.traffic || !ctx.workspace.settings.communication.isLogged) return deliver(ctx, checked, options);
  logModule ??= await import('./routing/log.ts');
  const { logged, plainRoute } = logModule;
  return logged(ctx, checked, plainRoute(ctx, checked), () => deliver(ctx, checked, options), options);
}

/** Delivers what was checked; several at once reach the store in the order of the calls. */
export async function deliver(
  ctx: CoreContext,
  { draft, recipients, limits, warnings, copyFiles }: Checked,
  { completes, hold }: DeliverOptions & Pick<DeliverRequest, 'hold'> = {},
): Promise<Sent> {
  await copyFiles();
  try {
    const delivered = await ctx.store.deliver({
      draft,
      recipients,
      ...(completes && { completes }),
      ...(limits && { limits }),
      ...(hold !== undefined && { hold }),
    });
    return { ...delivered, warnings: [...warnings, ...otherRecipients(delivered, recipients)] };
  } catch (error) {
    // What was cut off between two files the next write finishes, and the error says so.
    const isWhole = error instanceof CommsError && error.details?.unfinished !== true;
    throw recipients.length > 1 && isWhole ? toNobody(error, recipients) : error;
  }
}

/** A repeated key is for the same message; where it is now for somebody else the sender has to know that they got nothing. */
function otherRecipients({ message, deliveries }: Delivered, recipients: readonly string[]): string[] {
  const before = deliveries.map(({ recipient }) => recipient);
  const passedOver = recipients.filter((name) => !before.includes(name));
  if (passedOver.length === 0) return [];
  const key = `The idempotency key ${quote(message.idempotency_key ?? '')} stands for ${message.id}, which went to ${before.join(', ')}`;
  return [`${key}; nothing went to ${passedOver.join(', ')}.`];
}

/** A delivery is for all or for none, which is not plain to who reads of one inbox that cannot be written. */
function toNobody({ code, message, hint, details, cause }: CommsError, recipients: readonly string[]): CommsError {
  return new CommsError(code, `${message.replace(/\.?$/, '.')} Nothing was delivered, neither to ${recipients.join(' nor to ')}.`, {
    hint,
    details: { ...details, recipients: [...recipients] },
    cause,
  });
}

/** The message that `send` would deliver, with what every check says of it. @throws what makes it no message */
export async function preview(ctx: CoreContext, request: SendRequest): Promise<Preview> {
  const checked = await check(ctx, request);
  const { judged } = await import('./routing/verdicts.ts');
  const limited = checked.limits && (await import('./rate-limits.ts')).refusing(await ctx.store.rates(checked.limits));
  return { ...(await judged(ctx, checked)), ...(limited && { limited }) };
}

export interface Checked {
  draft: Draft;
  /** As the first recipient would read it. */
  message: Message;
  recipients: string[];
  /** Whether it goes to everybody. */
  broadcast: boolean;
  /** Whether the sender asked to let a secret through. */
  allowSensitive: boolean;
  /** What it takes a token from, where the workspace limits anything. */
  limits?: RateLimit[];
  warnings: string[];
  /** Puts attached files where the recipients can read them; only for a message that is really sent. */
  copyFiles: () => Promise<void>;
}

/** Everything that `send` does before it delivers. A replay says again what was said: what it refers to it does not answer. */
export async function check(ctx: CoreContext, request: SendRequest, { isReplay = false } = {}): Promise<Checked> {
  const sender = agentOf(ctx, request.from);
  const recipients = await recipientsOf(ctx, request, sender);
  const type = parseType(request.type);
  const files = await describeFiles(ctx, request.attach ?? []);
  const attachments = [...(request.attachments ?? []), ...files.map(({ attachment }) => attachment)];
  const draft = draftOf(ctx, request, { sender, recipients, type, attachments });
  const message = messageOf(draft, recipients[0] ?? sender);
  // Deep nesting overflows what measures and writes the message; validation says so in words.
  if (isTooDeep(message)) assertValid(message);
  refuseTooLarge(ctx, message);
  const ownProblems = isBuiltInType(type) ? undefined : await ctx.validateOwnType?.(message);
  assertValid(message, { validateOwnType: () => ownProblems });
  const warnings = request.references?.length && !isReplay ? await referenceWarnings(ctx, type, request.references) : [];
  const copyFiles = async () => {
    for (const { copy } of files) await copy?.();
  };
  const limits = await limitsOf(ctx, sender, recipients);
  const { to, allowSensitive = false } = request;
  return { draft, message, recipients, broadcast: to === 'broadcast', allowSensitive, ...(limits && { limits }), warnings, copyFiles };
}

/** Loaded only in workspaces with limits. */
async function limitsOf({ workspace: { settings } }: CoreContext, sender: string, recipients: readonly string[]) {
  const { agents, minute = {}, ...rates } = settings.rateLimits;
  if (!rates.sender && !rates.pair && Object.keys(agents).length === 0 && Object.keys(minute).length === 0) return undefined;
  const { limitsFor } = await import('./rate-limits.ts');
  return limitsFor(settings.rateLimits, sender, recipients);
}

/** Loaded only for messages that refer to others. */
async function referenceWarnings(ctx: CoreContext, type: string, references: readonly string[]): Promise<string[]> {
  const { checkReferences } = await import('./loops.ts');
  return checkReferences(ctx, { type, references });
}

async function describeFiles({ attachments }: CoreContext, paths: readonly string[]) {
  if (paths.length === 0) return [];
  if (!attachments) throw new CommsError('USAGE', 'Files cannot be attached here.', { hint: 'Open the workspace with openComms.' });
  return Promise.all(paths.map((path) => attachments.describe(path)));
}

function refuseTooLarge({ workspace: { settings } }: CoreContext, message: Message): void {
  // Most messages are far from the limit, and need not be written out to see it.
  if (mostJsonBytes(message) <= settings.maxMessageBytes) return;
  const bytes = Buffer.byteLength(JSON.stringify(message));
  if (bytes <= settings.maxMessageBytes) return;
  throw new CommsError(
    'MESSAGE_TOO_LARGE',
    `The message has ${bytes} bytes as JSON, and this workspace allows ${settings.maxMessageBytes}.`,
    {
      hint: 'Put the bulk into a file and name it with --attach PATH, or raise limits.max_message_bytes in config.json.',
      details: { bytes, max_bytes: settings.maxMessageBytes },
    },
  );
}
