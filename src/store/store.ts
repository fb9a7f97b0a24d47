import type { Message, MessageStatus, Problem } from '../message/message.ts';
import type { StatusDocument } from '../message/status.ts';

/**
 * The store port: what `comms` asks of whatever keeps the messages. Verbs are the domain's, because a key-value port
 * cannot express an atomic claim. One conformance suite (test/store/conformance.ts) says what each of them means.
 *
 * Times are ISO 8601 strings in messages and numbers of milliseconds in options. Each verb is atomic: it happens as a
 * whole or not at all, and when its promise resolves the change is durable (as far as `capabilities.durable` says).
 */
export interface Store {
  readonly capabilities: Capabilities;

  /** Gives the draft an id and puts a copy into the inbox of each recipient. @throws UNKNOWN_AGENT */
  deliver(request: DeliverRequest): Promise<Delivered>;

  /** The copies that `filter` lets through, in the order in which they stand. Expired leases are shown as returned. */
  list(query?: ListQuery): Promise<Copy[]>;
  /** Every copy of the message with this id: active, archived or dead. */
  find(id: string): Promise<Copy[]>;

  /** Takes a message under a lease. @throws MESSAGE_NOT_FOUND, ALREADY_CLAIMED, WRONG_STATUS, NOTHING_TO_CLAIM */
  claim(request: ClaimRequest): Promise<Copy>;
  /** Finishes, prolongs, gives back, fails, blocks or unblocks. @throws MESSAGE_NOT_FOUND, LEASE_LOST, ALREADY_CLAIMED, WRONG_STATUS */
  complete(request: HolderRequest & { result?: string }): Promise<Copy>;
  extend(request: HolderRequest & { leaseMs?: number }): Promise<Copy>;
  release(request: HolderRequest): Promise<Copy>;
  fail(request: HolderRequest & { error: string }): Promise<Copy>;
  block(request: HolderRequest & { reason: string }): Promise<Copy>;
  unblock(request: HolderRequest): Promise<Copy>;

  /** Moves completed messages out of the active sections. */
  archive(request: ArchiveRequest): Promise<Archived>;
  /** Puts down what is due: leases that ran out, messages past their time. Every write does so for what it touches. */
  sweep(): Promise<Swept>;

  /** What status.json holds, as of now. */
  status(): Promise<StatusDocument>;
  setPresence(agent: string, presence: Presence): Promise<StatusDocument>;

  /** Makes the inbox of a registered agent, if it is not there. */
  addInbox(agent: string): Promise<void>;
  /** Takes an empty inbox away. @throws WRONG_STATUS where open messages lie in it. */
  removeInbox(agent: string): Promise<void>;

  /** What is wrong with what is stored, and, with `fix`, what was done about it. */
  check(options?: CheckOptions): Promise<Checked>;

  /** Tells of changes by anybody, until `signal` aborts. The first event is `ready`, after one `waiting` for each open message. */
  watch(options: WatchOptions): Promise<void>;

  close(): Promise<void>;
}

export interface Capabilities {
  /** The driver's name, as in config.json. */
  name: string;
  /** Survives the end of the process. */
  durable: boolean;
  /** Other processes may use the same data at the same time. */
  shared: boolean;
  /** People may edit what is stored by hand. */
  editable: boolean;
}

/** Where a copy lies. `dead` is the dead letters. */
export type Section = 'active' | 'archived' | 'dead';

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
  /** Registered agents, each once. */
  recipients: string[];
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
}

export interface ClaimRequest {
  /** Who claims; it claims from its own inbox. */
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

export interface ArchiveRequest {
  /** Only this inbox. Default all. */
  agent?: string;
  /** Only what was completed at least this long ago. */
  olderThanMs?: number;
  /** Leave this many of the newest completed ones. Default 0. */
  keep?: number;
  /** Also move the archive section into archive/, where the driver has it. */
  rotate?: boolean;
}

export interface Archived {
  archived: { inbox: string; id: string }[];
  /** How many went from the archive section into archive/. */
  rotated: number;
}

export interface Swept {
  leases: { inbox: string; id: string }[];
  expired: { inbox: string; id: string }[];
}

export interface Presence {
  status?: string;
  /** null takes it away. */
  currentTask?: string | null;
}

export interface CheckOptions {
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

export interface WatchOptions {
  onEvent: (event: StoreEvent) => void;
  signal: AbortSignal;
}

/** What a watcher is told of. `previousStatus` stands where the message was known before. */
export type StoreEvent =
  | {
      event: 'waiting' | 'message' | 'status' | 'removed';
      inbox: string;
      message: Message;
      previousStatus?: MessageStatus;
      section: Section;
    }
  | { event: 'ready' }
  | { event: 'error'; inbox?: string; error: string };
