import { BUILT_IN_TYPES, type Message, type MessageStatus, STATUSES, TYPES_WANTING_RESPONSE } from './message.ts';
import { parsePriority } from './priority.ts';

/** The broker's words for where a message stands. */
const BROKER_STATUS: Record<string, MessageStatus> = {
  pending: 'PENDING',
  processing: 'IN_PROGRESS',
  in_progress: 'IN_PROGRESS',
  done: 'COMPLETED',
  completed: 'COMPLETED',
  failed: 'PENDING',
  blocked: 'BLOCKED',
};

/**
 * Fills in what a hand-written message leaves out, so that the rest of the program can rely on the types. What it says
 * is kept, unknown fields included; a value of a wrong type gives way to the default. Never throws, changes nothing.
 */
export function completeMessage(json: Record<string, unknown>): Message {
  const type = typeOf(json.type);
  const content = contentOf(json.content);
  return {
    ...json,
    id: stringOr(typeof json.id === 'number' ? String(json.id) : json.id, ''),
    timestamp: stringOr(json.timestamp, ''),
    sender: stringOr(json.sender, ''),
    recipient: stringOr(json.recipient, ''),
    type,
    priority: parsePriority(json.priority) ?? 'medium',
    status: statusOf(json.status),
    subject: stringOr(json.subject, '') || firstLine(content.details) || type,
    content,
    references: strings(typeof json.references === 'string' ? [json.references] : json.references),
    requires_response: typeof json.requires_response === 'boolean' ? json.requires_response : TYPES_WANTING_RESPONSE.includes(type),
    ...(isObject(json.delivery) || json.delivery === undefined ? {} : { delivery: undefined }),
    ...(isObject(json.metadata) || json.metadata === undefined ? {} : { metadata: undefined }),
  } as Message;
}

function typeOf(value: unknown): string {
  const text = stringOr(value, 'INFO');
  const upper = text.toUpperCase();
  return (BUILT_IN_TYPES as readonly string[]).includes(upper) ? upper : text;
}

function statusOf(value: unknown): MessageStatus {
  const text = stringOr(value, 'PENDING').trim();
  const word = BROKER_STATUS[text.toLowerCase().replace(/[\s-]+/g, '_')];
  return word ?? STATUSES.find((status) => status === text.toUpperCase()) ?? 'PENDING';
}

function contentOf(value: unknown): Message['content'] {
  if (typeof value === 'string') return { details: value, context: {}, attachments: [] };
  const content = isObject(value) ? value : {};
  return {
    ...content,
    details: stringOr(content.details, ''),
    context: isObject(content.context) ? content.context : {},
    attachments: (Array.isArray(content.attachments) ? content.attachments : []).filter(
      (item) => typeof item === 'string' || isObject(item),
    ),
  } as Message['content'];
}

function firstLine(text: string): string {
  return (text.split('\n', 1)[0] ?? '').slice(0, 80);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function stringOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
