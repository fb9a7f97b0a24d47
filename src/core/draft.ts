import { CommsError } from '../errors.ts';
import { type Attachment, FIELD_ORDER, type Message, TYPES_WANTING_RESPONSE, TYPES_WITHOUT_RESPONSE } from '../message/message.ts';
import { isoOf } from '../message/time.ts';
import type { Draft } from '../store/store.ts';
import type { CoreContext, SendRequest } from './context.ts';

/** What was settled before the draft is written. */
export interface Settled {
  sender: string;
  recipients: readonly string[];
  /** As parseType gives it. */
  type: string;
  attachments: readonly (string | Attachment)[];
}

/** The message as it goes to the store: fields in order, with the defaults of DESIGN §8. @throws INVALID_MESSAGE */
export function draftOf(ctx: CoreContext, request: SendRequest, { sender, recipients, type, attachments }: Settled): Draft {
  const now = ctx.clock();
  const { content: extraContent, ...extra } = request.extra ?? {};
  const draft = {
    timestamp: isoOf(now),
    sender,
    type,
    priority: request.priority ?? 'medium',
    status: 'PENDING',
    subject: request.subject,
    content: {
      // Left out where nobody gave any, so that validation names what is missing.
      ...defined({ details: request.details ?? (type === 'ACK' ? received(request.references) : undefined) }),
      context: request.context ?? {},
      attachments: [...attachments],
      ...unknownOnly(extraContent, ['details', 'context', 'attachments']),
    },
    references: request.references ?? [],
    requires_response: requiresResponse(type, request.requiresResponse),
    uid: ctx.newUid(),
    ...defined({
      version: request.version,
      channel: request.channel,
      correlation_id: request.correlationId,
      idempotency_key: request.idempotencyKey,
      expires_at: expiry(request, now),
      not_before: request.notBefore,
      metadata: recipients.length > 1 ? { ...request.metadata, recipients: [...recipients] } : request.metadata,
      expected_response_time: request.expectedResponseTime,
    }),
    ...unknownOnly(extra, FIELD_ORDER),
  };
  // Details may be missing: the draft is only what it says once assertValid has passed it.
  return draft as Draft;
}

/** The draft as one recipient would read it, under an id that stands for the one to come. */
export function messageOf({ timestamp, sender, ...rest }: Draft, recipient: string): Message {
  return { id: 'msg-000', timestamp, sender, recipient, ...rest } as Message;
}

function requiresResponse(type: string, asked: boolean | undefined): boolean {
  if (asked && TYPES_WITHOUT_RESPONSE.includes(type)) {
    const message = `/requires_response: a message of type ${type} never asks for a response`;
    throw new CommsError('INVALID_MESSAGE', `The message is not valid: ${message}.`, {
      hint: 'Leave it out, or send a QUESTION.',
      details: { problems: [{ severity: 'error', code: 'NOT_ALLOWED', path: '/requires_response', message }] },
    });
  }
  return asked ?? TYPES_WANTING_RESPONSE.includes(type);
}

function expiry({ ttlMs, expiresAt }: SendRequest, now: number): string | undefined {
  if (ttlMs === undefined) return expiresAt;
  if (ttlMs > 0 && now + ttlMs <= LAST_MS) return isoOf(now + ttlMs);
  throw new CommsError('USAGE', 'The time to live of a message must be more than nothing and end before the year 10000.', {
    hint: 'Write such as --ttl 2h, or leave it out for a message that never expires.',
    details: { ttl_ms: ttlMs },
  });
}

/** The last time that ISO 8601 writes with four digits of year. */
const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function received(references: readonly string[] = []): string {
  return references.length > 0 ? `Received: ${references.join(', ')}` : 'Received.';
}

/** Members that are neither ours nor set to nothing. */
function unknownOnly(members: unknown, ours: readonly string[]): Record<string, unknown> {
  if (typeof members !== 'object' || members === null) return {};
  return Object.fromEntries(Object.entries(members).filter(([name]) => !ours.includes(name)));
}

/** Of members that we name ourselves. Every send does this twice, so no lists are made for it. */
function defined(members: Record<string, unknown>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name in members) if (members[name] !== undefined) kept[name] = members[name];
  return kept;
}
