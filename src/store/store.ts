import type { StatusDocument } from '../message/status.ts';
import type {
  Archived,
  ArchiveRequest,
  Checked,
  CheckOptions,
  ClaimRequest,
  Copy,
  Delivered,
  DeliverRequest,
  Heartbeat,
  HolderRequest,
  ListQuery,
  Presence,
  Purged,
  PurgeRequest,
  RateLevel,
  RateLimit,
  RedriveRequest,
  RejectHeldRequest,
  ReleaseHeldRequest,
  Restored,
  RestoreRequest,
  Subscription,
  SweepRequest,
  Swept,
} from './requests.ts';
import type { WatchOptions } from './watching.ts';

export type * from './requests.ts';
export type * from './watching.ts';

/**
 * The store port: what `comms` asks of whatever keeps the messages. Verbs are the domain's, because a key-value port
 * cannot express an atomic claim. One conformance suite (test/store/conformance.ts) says what each of them means.
 *
 * Times are ISO 8601 strings in messages and numbers of milliseconds in options. Each verb is atomic: it happens as a
 * whole or not at all, and when its promise resolves the change is durable (as far as `capabilities.durable` says).
 */
export interface Store {
  readonly capabilities: Capabilities;

  /**
   * Gives the draft an id and puts a copy into the inbox of each recipient; with `completes`, in the same step finishes
   * the message that it answers. With `hold` the copies are held instead. @throws UNKNOWN_AGENT, RATE_LIMITED, and with `completes`
   * what `complete` throws
   */
  deliver(request: DeliverRequest): Promise<Delivered>;
  /** What the buckets of these limits hold now; takes nothing. */
  rates(limits: RateLimit[]): Promise<RateLevel[]>;

  /** The copies that `filter` lets through, in the order in which they stand. Expired leases are shown as returned. */
  list(query?: ListQuery): Promise<Copy[]>;
  /** Every copy of the message with this id: active, archived, held or dead. */
  find(id: string): Promise<Copy[]>;

  /** Takes a message under a lease. @throws MESSAGE_NOT_FOUND, ALREADY_CLAIMED, WRONG_STATUS, NOTHING_TO_CLAIM */
  claim(request: ClaimRequest): Promise<Copy>;
  /** Finishes, prolongs, gives back, fails, blocks or unblocks. @throws MESSAGE_NOT_FOUND, LEASE_LOST, ALREADY_CLAIMED, WRONG_STATUS */
  complete(request: HolderRequest & { result?: string }): Promise<Copy>;
  extend(request: HolderRequest & { leaseMs?: number }): Promise<Copy>;
  /** "The next one" passes it over for `delayMs`. */
  release(request: HolderRequest & { delayMs?: number }): Promise<Copy>;
  /** With `reject` the message goes to the dead letters at once, without another attempt. */
  fail(request: HolderRequest & { error: string; reject?: boolean }): Promise<Copy>;
  block(request: HolderRequest & { reason: string }): Promise<Copy>;
  unblock(request: HolderRequest): Promise<Copy>;

  /**
   * Lets a held message go: all its copies into their inboxes, or none. Where two decide at once one of them is refused.
   * @throws MESSAGE_NOT_FOUND, WRONG_STATUS where it is not held (any more), UNKNOWN_AGENT where an inbox is gone
   */
  releaseHeld(request: ReleaseHeldRequest): Promise<Copy[]>;
  /** Moves all copies of a held message to the dead letters, and tells its sender why. @throws MESSAGE_NOT_FOUND, WRONG_STATUS */
  rejectHeld(request: RejectHeldRequest): Promise<Copy[]>;
  /**
   * Puts dead copies of a message back, with no attempt counted; what was never released is held again.
   * @throws MESSAGE_NOT_FOUND, WRONG_STATUS where none is dead, UNKNOWN_AGENT where the inbox is gone
   */
  redrive(request: RedriveRequest): Promise<Copy[]>;
  /** Takes copies out of the dead letters or the archive for good. */
  purge(request: PurgeRequest): Promise<Purged>;
  /** Puts copies of another store in as they are: ids, states and sections. What is there already is left alone. */
  restore(request: RestoreRequest): Promise<Restored>;

  /** Moves completed messages out of the active sections. */
  archive(request: ArchiveRequest): Promise<Archived>;
  /**
   * Puts down what is due: leases that ran out, messages past their time. Every write does so for what it touches.
   */
  sweep(request?: SweepRequest): Promise<Swept>;

  /** What status.json holds, as of now. */
  status(): Promise<StatusDocument>;
  setPresence(agent: string, presence: Presence): Promise<StatusDocument>;
  /** Says that the agent is alive, and what it does; kept where git does not see it. */
  heartbeat(agent: string, presence: Presence): Promise<Heartbeat>;
  /** The last heartbeat of each agent that ever gave one. */
  heartbeats(): Promise<Record<string, Heartbeat>>;

  /** Who reads which channel. Every agent reads `general`, until it unsubscribes. */
  subscriptions(): Promise<Subscription[]>;
  /** Both may be repeated; they answer whether anything changed. */
  subscribe(channel: string, agent: string): Promise<boolean>;
  unsubscribe(channel: string, agent: string): Promise<boolean>;

  /** Makes the inbox of a registered agent, if it is not there. */
  addInbox(agent: string): Promise<void>;
  /** Takes an empty inbox away. @throws WRONG_STATUS where open messages lie in it. */
  removeInbox(agent: string): Promise<void>;

  /** What is wrong with what is stored, and, with `fix`, what was done about it. */
  check(options?: CheckOptions): Promise<Checked>;

  /**
   * Runs `work` while nobody else writes and nothing is half done, as far as the driver keeps messages in files that git
   * sees; otherwise it just runs. `work` may not write through the store. @throws LOCK_TIMEOUT
   */
  exclusively<T>(work: () => Promise<T>): Promise<T>;

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
