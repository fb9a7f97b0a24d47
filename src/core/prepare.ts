import { CommsError } from '../errors.ts';
import { normalise } from '../message/dialects.ts';
import { isPlaceholderId } from '../message/ids.ts';
import { parsePriority } from '../message/priority.ts';
import { findSyntaxProblem } from '../workspace/json-syntax.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';
import type { Prepared } from './requests.ts';

type Fields = Record<string, unknown>;

/**
 * Reads a whole message to send from JSON, in any of the three dialects. Time, id and uid are given anew; the old id goes
 * to metadata.original_id, unknown fields are kept, and what only a store may say (status, delivery) is left behind with
 * a warning. Values of a wrong type pass through: `send` reports them with their path.
 * @param from Must be the sender that the message names; where it names none, `from` is the sender.
 * @throws INVALID_MESSAGE, UNKNOWN_AGENT, INVALID_NAME
 */
export function fromJson(ctx: CoreContext, text: string, { from }: { from?: string } = {}): Prepared {
  const { message, recipients } = normalise(parse(text));
  const content = objectAt(message, 'content') ?? {};
  const field = (name: string) => message[name] ?? undefined;
  const request = {
    from: senderOf(ctx, message, from),
    ...addressed(recipients, message),
    type: requiredText(message, 'type'),
    subject: field('subject'),
    details: content.details ?? undefined,
    context: content.context ?? undefined,
    attachments: listAt(content, 'attachments', '/content/attachments'),
    references: listAt(message, 'references', '/references'),
    priority: parsePriority(field('priority')) ?? field('priority'),
    requiresResponse: field('requires_response'),
    expiresAt: field('expires_at'),
    notBefore: field('not_before'),
    version: field('version'),
    correlationId: field('correlation_id'),
    idempotencyKey: field('idempotency_key'),
    channel: field('channel'),
    expectedResponseTime: field('expected_response_time'),
    metadata: metadataOf(message),
    // `send` takes of these only what the envelope does not know.
    extra: message,
  };
  return { request: request as SendRequest, warnings: leftBehind(message) };
}

function parse(text: string): unknown {
  const body = text.replace(/^\uFEFF/, '');
  try {
    return JSON.parse(body);
  } catch (cause) {
    const problem = findSyntaxProblem(body);
    const where = problem
      ? `line ${problem.line}, column ${problem.column}: expected ${problem.expected}, found ${problem.found}`
      : String(cause);
    throw new CommsError('INVALID_MESSAGE', `The message is not JSON: ${where}.`, {
      hint: 'Run "comms template INFO" for an example, or "comms validate FILE" to see what is wrong.',
      details: problem ? { line: problem.line, column: problem.column } : {},
      cause,
    });
  }
}

function senderOf(ctx: CoreContext, message: Fields, from: string | undefined): string {
  const named = message.sender ?? undefined;
  if (named === undefined) {
    if (from !== undefined) return agentOf(ctx, from);
    throw invalid('MISSING_FIELD', '/sender', 'it is required and missing', 'Name the sender in the message, or with --from NAME.');
  }
  if (typeof named !== 'string') throw invalid('WRONG_TYPE', '/sender', "expected an agent's name, found something else");
  const sender = agentOf(ctx, named);
  if (from === undefined || agentOf(ctx, from) === sender) return sender;
  const hint = `Send it --from ${sender}, or change the sender in the message.`;
  throw invalid('WRONG_SENDER', '/sender', `it says ${sender}, and ${agentOf(ctx, from)} is sending it`, hint);
}

/** Without a recipient a message goes to the readers of its channel. */
function addressed(recipients: ReturnType<typeof normalise>['recipients'], { channel }: Fields): Pick<SendRequest, 'to'> {
  if (recipients === undefined && typeof channel === 'string') return {};
  if (recipients === undefined) {
    throw invalid('MISSING_FIELD', '/recipient', 'it is required and missing', 'Name an agent, a group, or "broadcast", or a channel.');
  }
  const [only] = recipients;
  const everybody = recipients === 'broadcast' || (recipients.length === 1 && (only === 'broadcast' || only === 'all'));
  return { to: everybody ? 'broadcast' : recipients };
}

function metadataOf(message: Fields): Fields | undefined {
  const metadata = objectAt(message, 'metadata');
  const { id } = message;
  const isId = (typeof id === 'string' && id !== '' && !isPlaceholderId(id)) || typeof id === 'number';
  return isId ? { ...metadata, original_id: String(id) } : metadata;
}

function leftBehind({ status, delivery }: Fields): string[] {
  const warnings: string[] = [];
  if (typeof status === 'string' && status.toUpperCase() !== 'PENDING') {
    warnings.push(`The message's status ${JSON.stringify(status.slice(0, 40))} was left out: what is sent is PENDING.`);
  }
  if (delivery !== undefined && delivery !== null)
    warnings.push("The message's delivery was left out: it belongs to the copy that was read.");
  return warnings;
}

function requiredText(message: Fields, name: string): string {
  const value = message[name] ?? undefined;
  if (typeof value === 'string') return value;
  if (value === undefined) throw invalid('MISSING_FIELD', `/${name}`, 'it is required and missing');
  throw invalid('WRONG_TYPE', `/${name}`, 'expected a string, found something else');
}

function objectAt(message: Fields, name: string): Fields | undefined {
  const value = message[name] ?? undefined;
  if (value === undefined || (typeof value === 'object' && !Array.isArray(value))) return value as Fields | undefined;
  throw invalid('WRONG_TYPE', `/${name}`, 'expected an object, found something else');
}

function listAt(fields: Fields, name: string, path: string): unknown[] | undefined {
  const value = fields[name] ?? undefined;
  if (value === undefined || Array.isArray(value)) return value;
  throw invalid('WRONG_TYPE', path, 'expected an array, found something else');
}

function invalid(code: string, path: string, text: string, hint = 'Run "comms template INFO" for an example.'): CommsError {
  const message = `${path}: ${text}`;
  return new CommsError('INVALID_MESSAGE', `The message is not valid: ${message}.`, {
    hint,
    details: { problems: [{ severity: 'error', code, path, message, hint }] },
  });
}
