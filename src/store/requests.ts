import type { Message, Problem } from '../message/message.ts';

/** What the verbs of the store port take and answer. Times are ISO 8601 in messages and ms in options. */

/** Where a copy lies. `dead` is the dead letters; what is `held` waits for a decision, and nobody is given it meanwhile. */
export type Section = 'active' | 'archived' | 'dead' | 'held';

/** One copy of a message: what (inbox, id) names. */
export interface Copy {
  inbox: string;
  section: Section;
  message: Message;
  /** Where the driver keeps it, for people: a file relative to the workspace. */
  file?: string;
}

/** A message that has no id yet, and one recipient or several. */
export type Draft = Omit<Known<Message>, 'id' | 'recipient'> & { [field: string]: unknown };

/** The declared members of a type that also has an index signature, which Omit would otherwise drown. */
type Known<T> = { [K in keyof T as string extends K ? never : K]: T[K] };

export interface DeliverRequest {
  draft: Draft;
  /** Registered agents and groups, each once. */
  recipients: string[];
  /** The message that this one answers and finishes; its result names the answer. */
  completes?: HolderRequest;
  /** The buckets that this message takes a token from. */
  limits?: RateLimit[];
  /** Puts it into the section `held` instead, where it waits for a decision; why, in one sentence. */
  hold?: string;
}

/** A token bucket, kept by the store under its key; full when it is new. */
export interface RateLimit {
  key: string;
  /** Whose it is, for people: "claude", "claude → gpt". */
  name: string;
  capacity: number;
  refillPerMs: number;
}

/** What is in a bucket now. */
export interface RateLevel {
  key: string;
  name: string;
  capacity: number;
  tokens: number;
  /** Until it holds a whole token, in ms; 0 where it does. */
  retryAfterMs: number;
  /** The same as a time, ISO 8601. */
  retryAt: string;
}

export interface Delivered {
  /** The first recipient's copy. */
  message: Message;
  deliveries: DeliveryOutcome[];
}

export interface DeliveryOutcome {
  recipient: string;
  outcome: 'delivered' | 'duplicate' | 'held' | 'failed';
  /** Why, for held and failed. */
  reason?: string;
}

export interface ListQuery {
  /** Only these inboxes. Default all. */
  inboxes?: string[];
  /** Only these sections. Default active. */
  sections?: Section[];
  filter?: (message: Message) => boolean;
  /** Only the message of this id and what came after it is wanted, which saves work; the store may give the rest all the same. */
  since?: string;
}

export interface ClaimRequest {
  /** Who claims; it claims from its own inbox and those of its groups. */
  agent: string;
  /** This one; without it the most urgent that waits. */
  id?: string;
  /** Default: the store's lease. */
  leaseMs?: number;
  /** Only messages that pass, where no id is given. */
  filter?: (message: Message) => boolean;
}

export interface HolderRequest {
  agent: string;
  id: string;
  /** The lease's token. Where it is left out the holder's name must match. */
  token?: string;
}

export interface RedriveRequest {
  id: string;
  /** Only the copy of this inbox. Default all that are dead. */
  inbox?: string;
}

export interface ReleaseHeldRequest {
  id: string;
  /** The agent that decides; left out for a person. */
  by?: string;
  note?: string;
}

export interface RejectHeldRequest {
  id: string;
  /** The agent that decides; left out for a person. */
  by?: string;
  /** What the sender is told. */
  reason: string;
}

export interface PurgeRequest {
  section: 'dead' | 'archived';
  /** Only this message. */
  id?: string;
  /** Only this inbox. */
  inbox?: string;
  /** Only what has lain there at least so long. */
  olderThanMs?: number;
  filter?: (message: Message) => boolean;
  /** At most so many at once, so that others get their turn in between. Default all. */
  limit?: number;
  /** Say what would go, and take nothing. */
  dryRun?: boolean;
}

export interface Purged {
  purged: { inbox: string; id: string }[];
  /** How many more there are, beyond the limit. */
  left: number;
}

export interface RestoreRequest {
  copies: Copy[];
  /** The highest number that was given to an id, where that is not one of these; the next one is higher. */
  lastNumber: number;
  /** Takes so many numbers after that, for ids that nobody else gets. */
  reserve?: number;
}

export interface Restored {
  restored: number;
  skipped: number;
  /** The first of the numbers that were to be reserved. */
  reserved?: number;
}

export interface ArchiveRequest {
  /** Only this inbox. Default all. */
  agent?: string;
  /** Only what was completed at least this long ago. */
  olderThanMs?: number;
  /** Leave this many of the newest completed ones. Default 0. */
  keep?: number;
  /** Also move the archive section into archive/, where the driver has it. */
  rotate?: boolean;
  /** At most so many at once, so that others get their turn in between. Default all. */
  limit?: number;
  /** Say what would be archived, and change nothing. */
  dryRun?: boolean;
}

export interface Archived {
  archived: { inbox: string; id: string }[];
  /** How many went from the archive section into archive/. */
  rotated: number;
  /** How many more there are, beyond the limit. */
  left: number;
}

export interface SweepRequest {
  /** At most so many of each inbox at once, so that others get their turn in between. Default all. */
  limit?: number;
  /** Say what is due, and change nothing. */
  dryRun?: boolean;
}

export interface Swept {
  leases: { inbox: string; id: string }[];
  expired: { inbox: string; id: string }[];
  /** How many more are due, beyond the limit. */
  left: number;
}

export interface Presence {
  status?: string;
  /** null takes it away. */
  currentTask?: string | null;
}

/** What an agent last said of itself, in the fields of status.json. */
export interface Heartbeat {
  status?: string;
  current_task?: string | null;
  /** ISO 8601. */
  last_heartbeat: string;
}

export interface Subscription {
  channel: string;
  agent: string;
  /** ISO 8601; missing where an agent reads `general` without having been asked. */
  subscribed_at?: string;
}

export interface CheckOptions {
  /** Settle what a merge of the files left behind, and nothing else: messages in two places, ids that two branches gave. */
  reconcile?: boolean;
  /** Mend what can be mended without a decision. */
  fix?: boolean;
  /** Let go of what vanished. */
  accept?: boolean;
}

export interface Checked {
  /** What was found; with `fix`, what is still wrong. */
  problems: Problem[];
  /** What was mended. */
  fixed: Problem[];
}
