import type { Attachment, Delivery, Envelope } from '../generated/schema-types.ts';

/** A message: the envelope of DESIGN §4, unknown fields included. One copy of it is named by (inbox, id). */
export type Message = Envelope;
export type { Attachment, Delivery };

export type Priority = Message['priority'];
export type MessageStatus = Message['status'];

/** The protocol's types in capitals; a workspace's own are dotted lower case, such as `context.query`. */
export const BUILT_IN_TYPES = [
  'BUG_REPORT',
  'FIX_REQUEST',
  'TEST_RESULT',
  'CODE_CHANGE',
  'QUESTION',
  'INFO',
  'ACK',
  'QUERY',
  'RESPONSE',
  'COORDINATION',
  'DISCOVERY',
] as const;
export type BuiltInType = (typeof BUILT_IN_TYPES)[number];

/** From the least to the most urgent. */
export const PRIORITIES = ['low', 'medium', 'high', 'critical'] as const satisfies readonly Priority[];
export const STATUSES = ['PENDING', 'IN_PROGRESS', 'COMPLETED', 'BLOCKED'] as const satisfies readonly MessageStatus[];

/** Types whose sender waits for an answer unless it says otherwise. */
export const TYPES_WANTING_RESPONSE: readonly string[] = ['BUG_REPORT', 'FIX_REQUEST', 'QUESTION', 'QUERY'];
/** Types that can never ask for one. */
export const TYPES_WITHOUT_RESPONSE: readonly string[] = ['INFO', 'ACK'];

/** The order in which the envelope's fields are written. Fields that are not listed follow in their own order. */
export const FIELD_ORDER = [
  'id',
  'timestamp',
  'sender',
  'recipient',
  'type',
  'priority',
  'status',
  'subject',
  'content',
  'references',
  'requires_response',
  'uid',
  'version',
  'channel',
  'correlation_id',
  'idempotency_key',
  'expires_at',
  'not_before',
  'metadata',
  'expected_response_time',
  'delivery',
] as const;

export function isBuiltInType(type: string): type is BuiltInType {
  return (BUILT_IN_TYPES as readonly string[]).includes(type);
}

/** What somebody should know about a message or a file: errors must be mended, warnings may stay. */
export interface Problem {
  severity: 'error' | 'warning';
  /** Upper-case word, such as MISSING_FIELD. */
  code: string;
  message: string;
  hint?: string;
  /** JSON pointer into the message, such as /content/context/passed. */
  path?: string;
  /** The file, relative to the workspace where it lies in it. */
  file?: string;
  /** 1-based. */
  line?: number;
}
