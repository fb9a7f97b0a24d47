import type { CommsError } from '../errors.ts';
import type { MessageFilter } from '../message/filter.ts';
import type { Message, MessageStatus } from '../message/message.ts';
import type { Conflict } from '../orchestrator/conflicts/conflict.ts';
import type { Mode, Verdict } from '../orchestrator/verdict.ts';
import type { Delivered, Section, StoreEvent } from '../store/store.ts';
import type { LimitLevel } from './agent-health.ts';
import type { Overdue } from './analytics-requests.ts';
import type { OwnTypeValidator, SendRequest } from './context.ts';

export type * from './agent-health.ts';
export type * from './analytics-requests.ts';
export type * from './ask-requests.ts';
export type * from './brief-requests.ts';
export type * from './dead-requests.ts';
export type * from './held-requests.ts';
export type * from './plan-requests.ts';
export type * from './replay-requests.ts';

/** What use cases take and answer, beside SendRequest. Agents may be given by alias. Times in ms unless they say ISO. */

/** What was delivered, and what the sender should know about it all the same. */
export interface Sent extends Delivered {
  warnings: string[];
  /** What the message is in conflict with; it was held for it, or sent all the same. */
  conflicts?: Conflict[];
}

/** How a message is sent, beside what it says. */
export interface SendOptions {
  /** Wait at most so long, in ms, until no rate limit refuses it; Infinity for as long as it takes. Default: refuse at once. */
  waitMs?: number;
  /** Ends the waiting; nothing is sent then. */
  signal?: AbortSignal;
  /** Told of each refusal that is waited for. */
  onWait?: (refusal: CommsError) => void;
}

/** A message whose format is sound and that was not delivered; its id is a stand-in. */
export interface Preview {
  message: Message;
  recipients: string[];
  warnings: string[];
  /** What would become of it. */
  outcome: 'deliver' | 'hold' | 'refuse';
  mode: Mode;
  /** What each check says of it, in their order. */
  verdicts: Verdict[];
  conflicts: Conflict[];
  /** The rate limit that would refuse it now. */
  limited?: LimitLevel;
}

/** A request read from somebody's JSON, and what was left behind. */
export interface Prepared {
  request: SendRequest;
  warnings: string[];
}

/** An answer to a message that `from` received. What is left out comes from the original (DESIGN §8). */
export interface ReplyRequest extends Partial<Omit<SendRequest, 'to' | 'from'>> {
  /** The message to answer. */
  id: string;
  from: string;
  /** Also complete the original, in the same step. */
  done?: boolean;
  /** The token of the lease on the original, for `done`. */
  token?: string;
}

export interface AckRequest {
  id: string;
  from: string;
  details?: string;
}

/** Which messages, in which order, and how many. */
export interface LookRequest {
  filter?: MessageFilter;
  /** urgent: as they would be claimed, completed ones last. */
  sort?: 'urgent' | 'newest' | 'oldest';
  limit?: number;
}

export interface InboxRequest extends LookRequest {
  agent: string;
  /** Completed ones too. Default: PENDING, IN_PROGRESS and BLOCKED, unless the filter names statuses. */
  all?: boolean;
  /** Archived ones too; implies `all`. */
  archived?: boolean;
}

export interface SentRequest extends LookRequest {
  agent: string;
}

export interface SearchRequest extends LookRequest {
  /** Somewhere in the message, in any case. */
  text: string;
  /** Only what lies in this agent's inbox. */
  agent?: string;
}

/** `total` counts what matched before `limit`. */
export interface Messages {
  messages: Message[];
  /** Where each of `messages` lies, in their order. */
  places: Place[];
  total: number;
}

export interface SentMessages extends Messages {
  /** By message id, one for each copy. */
  outcomes: Record<string, CopyOutcome[]>;
}

/** Where a copy lies. `file` is relative to the workspace. */
export interface Place {
  inbox: string;
  section: Section;
  file?: string;
}

export interface ReadResult {
  message: Message;
  /** Where this copy lies. */
  place: Place;
  /** Where the other copies of the message lie. */
  others: Place[];
}

export interface ThreadResult {
  /** Oldest first, one for each id. */
  messages: Message[];
  /** Where each of `messages` lies, in their order. */
  places: Place[];
  /** Ids that are referred to and found nowhere. */
  missing: string[];
}

/** What became of one recipient's copy. */
export interface CopyOutcome {
  recipient: string;
  /** failed: in the dead letters, gone, or where nobody looks any more; `reason` says which. held: waits for a decision. */
  outcome: 'delivered' | 'held' | 'failed';
  /** Of a failed one: failed, expired, rejected (the dead letters' reasons), missing, or unregistered. Of a held one: why. */
  reason?: string;
  status?: MessageStatus;
  section?: Section;
  /** Where the copy lies, relative to the workspace. */
  file?: string;
  /** Who took it, or finished it; of a group's message, which member. */
  claimed_by?: string;
  attempts?: number;
  last_error?: string;
  blocked_reason?: string;
  /** Of what was held, also after the decision: why; who let it go (nobody is named for a person) and when, or who rejected it. */
  held_reason?: string;
  released_by?: string;
  /** ISO 8601. */
  released_at?: string;
  released_note?: string;
  rejected_by?: string;
  result?: string;
  /** ISO 8601. */
  completed_at?: string;
}

export interface TrackResult {
  message: Message;
  /** Where this copy lies. */
  place: Place;
  deliveries: (CopyOutcome & {
    /** Ids of what this recipient, or a member of this group, sent in reference to the message. */
    replies: string[];
  })[];
}

export interface WaitRequest {
  agent: string;
  /** Only an answer to this message. */
  for?: string;
  correlationId?: string;
  type?: string;
  /** Default: for ever. */
  timeoutMs?: number;
  /** Claim what came, under the store's lease. */
  claim?: boolean;
  signal?: AbortSignal;
}

export interface WatchRequest {
  /** Only this agent's inbox. Default all. */
  agent?: string;
  filter?: MessageFilter;
  onEvent: (event: StoreEvent) => void;
  /** Told once of each message that passes and whose answer is overdue: right after `ready`, and when it becomes so. */
  onOverdue?: (overdue: Overdue) => void;
  signal: AbortSignal;
}

export interface InspectOptions {
  /** What the problems call it; its name also tells status.json and config.json. */
  file?: string;
  /** As for sending: what a tolerant reader lets pass is an error. */
  strict?: boolean;
  /** For messages of own types, such as `comms.context.validateOwnType`. Without it their content is free. */
  validateOwnType?: OwnTypeValidator;
}
