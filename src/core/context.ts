import type { Message } from '../message/message.ts';
import type { Store } from '../store/store.ts';
import type { Workspace } from '../workspace/workspace.ts';

/** The time now, in ms since the epoch. */
export type Clock = () => number;

/** What a use case works with. Composed in comms.ts; tests put their own clock or store in. */
export interface CoreContext {
  store: Store;
  workspace: Workspace;
  clock: Clock;
  /** A fresh unique string, for uid and lease tokens. */
  newUid: () => string;
}

/** A message to send. Fields that are left out get the defaults of DESIGN §8. */
export interface SendRequest {
  from: string;
  /** Registered agents or their aliases; 'broadcast' is every agent but the sender. */
  to: string[] | 'broadcast';
  type: string;
  subject: string;
  details?: string;
  context?: Record<string, unknown>;
  attachments?: Message['content']['attachments'];
  references?: string[];
  priority?: Message['priority'];
  requiresResponse?: boolean;
  /** Dead if nobody took it by then, in ms from now. */
  ttlMs?: number;
  correlationId?: string;
  idempotencyKey?: string;
  channel?: string;
  /** Minutes. */
  expectedResponseTime?: number;
  metadata?: Record<string, unknown>;
  /** Fields that the envelope does not know, and unknown members of content. */
  extra?: Record<string, unknown>;
}
