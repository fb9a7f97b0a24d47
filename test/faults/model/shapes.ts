import type { StoreRules } from '../../../src/store/session.ts';
import type { Section } from '../../../src/store/store.ts';

/** What the model and the stores go by. */
export const RULES = {
  groups: { reviewers: ['gemini', 'gpt'] },
  offlineAfterMs: 600_000,
  leaseMs: 60_000,
  maxAttempts: 3,
  riseAfterMs: 3_600_000,
  archiveAbove: 0,
  archiveKeep: 2,
  rotateAboveBytes: 0,
} satisfies StoreRules;

/** A message as the model keeps it: what stands in the envelope, but for uid and the words of `content.details`. */
export interface ModelMessage {
  id: string;
  timestamp: string;
  sender: string;
  recipient: string;
  type: string;
  priority: string;
  status: 'PENDING' | 'IN_PROGRESS' | 'COMPLETED' | 'BLOCKED';
  subject: string;
  content: { context: Record<string, unknown>; attachments: unknown[] };
  references: string[];
  requires_response: boolean;
  correlation_id?: string;
  idempotency_key?: string;
  expires_at?: string;
  not_before?: string;
  metadata?: Record<string, unknown>;
  delivery: ModelDelivery;
}

export interface ModelDelivery {
  attempts?: number;
  claimed_by?: string;
  claimed_at?: string;
  /** `token-1`, `token-2`, … in the order in which they were given. */
  lease_token?: string;
  lease_expires_at?: string;
  completed_at?: string;
  result?: string;
  last_error?: string;
  blocked_reason?: string;
  dead_reason?: string;
  dead_at?: string;
  held_reason?: string;
  held_at?: string;
  released_by?: string;
  released_at?: string;
  released_note?: string;
  rejected_by?: string;
}

export interface ModelCopy {
  inbox: string;
  section: Section;
  message: ModelMessage;
  /** The step in which it came to be. */
  born: number;
  /** Every token that was ever given for it. */
  tokens: string[];
}

/** What is said of a message that is sent. */
export interface Sent {
  sender: string;
  recipients: string[];
  type: string;
  priority: string;
  wantsAnswer: boolean;
  thread?: string | undefined;
  key?: string | undefined;
  ttlMs?: number | undefined;
  delayMs?: number | undefined;
  /** It was written so long before it came to the store. */
  agoMs?: number | undefined;
  hold?: string | undefined;
  /** Somebody made it look as the message of a store that tells of another's end. */
  isBounce?: boolean | undefined;
  completes?: { agent: string; id: string; token: string | undefined } | undefined;
}

/** A refusal by the model; `why` tells those with the same code apart. */
export class Refused extends Error {
  readonly why: string;

  constructor(
    readonly code: string,
    why?: string,
  ) {
    super(code);
    this.why = why === undefined ? code : `${code}, ${why}`;
  }
}
