import { isObject } from './json.ts';
import { type Message, PRIORITIES, STATUSES, TYPES_WANTING_RESPONSE } from './message.ts';
import { parseStatus } from './parse-status.ts';
import { parsePriority } from './priority.ts';
import { firstLine } from './text.ts';
import { builtInType } from './types.ts';

/**
 * Fills in what a hand-written message leaves out, so that the rest of the program can rely on the types. What it says
 * is kept, unknown fields included; a value whose meaning is plain is put right (priority 9, status "done", one reference
 * that is no list), any other of a wrong type gives way to the default. Completing twice changes nothing. Never throws,
 * changes nothing that it was given.
 */
export function completeMessage(json: Record<string, unknown>): Message {
  return isComplete(json) ? json : filledIn(json);
}

/** Whether there is nothing to fill in, as for nearly all messages: a full inbox is listed in half the time then. */
function isComplete(json: Record<string, unknown>): json is Message {
  const { id, timestamp, sender, recipient, type, priority, status, subject, content, references, requires_response } = json;
  return (
    typeof id === 'string' &&
    typeof timestamp === 'string' &&
    typeof sender === 'string' &&
    typeof recipient === 'string' &&
    typeof subject === 'string' &&
    subject !== '' &&
    typeOf(type) === type &&
    (PRIORITIES as readonly unknown[]).includes(priority) &&
    (STATUSES as readonly unknown[]).includes(status) &&
    isCompleteContent(content) &&
    Array.isArray(references) &&
    references.every(isText) &&
    typeof requires_response === 'boolean' &&
    withoutStrange(json) === json
  );
}

function isCompleteContent(content: unknown): boolean {
  if (!isObject(content)) return false;
  const { details, context, attachments } = content;
  return isText(details) && isObject(context) && Array.isArray(attachments) && attachments.every(isAttachment);
}

function filledIn(json: Record<string, unknown>): Message {
  const type = typeOf(json.type);
  const content = contentOf(json.content);
  const complete = {
    ...json,
    id: typeof json.id === 'number' ? String(json.id) : text(json.id),
    timestamp: text(json.timestamp),
    sender: text(json.sender),
    recipient: text(json.recipient),
    type,
    priority: parsePriority(json.priority) ?? 'medium',
    status: parseStatus(json.status) ?? 'PENDING',
    subject: text(json.subject) || firstLine(content.details, 80) || type,
    content,
    references: listOf(json.references).filter((item) => typeof item === 'string'),
    requires_response: booleanOf(json.requires_response) ?? TYPES_WANTING_RESPONSE.includes(type),
  };
  return withoutStrange(complete) as Message;
}

function typeOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') return 'INFO';
  return builtInType(value) ?? value;
}

function contentOf(value: unknown): Message['content'] {
  if (!isObject(value)) return { details: detailsOf(value), context: {}, attachments: [] };
  return {
    ...value,
    details: detailsOf(value.details),
    context: isObject(value.context) ? value.context : {},
    attachments: listOf(value.attachments).filter(isAttachment),
  };
}

function detailsOf(value: unknown): string {
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : text(value);
}

function isAttachment(value: unknown): value is Message['content']['attachments'][number] {
  return typeof value === 'string' || (isObject(value) && typeof value.path === 'string');
}

/** A list, or the one string that should have been in one. */
function listOf(value: unknown): unknown[] {
  if (typeof value === 'string' && value !== '') return [value];
  return Array.isArray(value) ? value : [];
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const word = text(value).trim().toLowerCase();
  return word === 'true' ? true : word === 'false' ? false : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = Number.isFinite;

/** The fields that may be missing, which is better than of a wrong type. */
const OPTIONAL: [string, Check][] = [
  ...['uid', 'version', 'channel', 'correlation_id', 'idempotency_key', 'expires_at', 'not_before'].map((name): [string, Check] => [
    name,
    isText,
  ]),
  ['expected_response_time', isNumber],
  ['metadata', isObject],
  ['delivery', isObject],
];
const OF_DELIVERY: [string, Check][] = [
  ['attempts', isNumber],
  ...['claimed_by', 'lease_token', 'lease_expires_at', 'claimed_at', 'completed_at', 'last_error', 'result'].map(
    (name): [string, Check] => [name, isText],
  ),
];

function withoutStrange(message: Record<string, unknown>): Record<string, unknown> {
  const kept = keep(message, OPTIONAL);
  if (!isObject(kept.delivery)) return kept;
  const delivery = keep(kept.delivery, OF_DELIVERY);
  return delivery === kept.delivery ? kept : { ...kept, delivery };
}

/** The members but those that fail their check; the same object where all pass, since nearly all messages do. */
function keep(members: Record<string, unknown>, checks: readonly [string, Check][]): Record<string, unknown> {
  const fails = ([name, check]: [string, Check]) => Object.hasOwn(members, name) && !check(members[name]);
  if (!checks.some(fails)) return members;
  const strange = checks.filter(fails).map(([name]) => name);
  return Object.fromEntries(Object.entries(members).filter(([name]) => !strange.includes(name)));
}
