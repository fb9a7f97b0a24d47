import type { Message } from '../message/message.ts';
import type { Copy, Section } from './store.ts';

/**
 * What a driver offers to the verbs of `store/verbs` inside one atomic, exclusive step: synchronous access to the copies.
 * The verbs are written once over it, so that memory and files (and any driver with synchronous transactions) agree.
 * A verb may run twice, when the driver must start again; it keeps no state of its own.
 */
export interface Session {
  /** ms since the epoch; the same throughout the step. */
  readonly now: number;
  readonly rules: StoreRules;
  /** A fresh unique string: a uid or the token of a lease. */
  newUid(): string;
  /** Allocates the next id of the workspace. */
  nextId(): string;
  /** Makes the next id higher than this number, where it is not already. */
  raiseLastNumber(number: number): void;
  /** Whether there is an inbox of this name: an agent's, or a group's. */
  hasInbox(inbox: string): boolean;
  /** The inboxes by name. */
  inboxes(): string[];
  /** The inboxes that have copies in this section, of agents that are gone, too. */
  inboxesWith(section: Section): string[];

  /** Makes an inbox where there is none. */
  addInbox(inbox: string): void;
  /** Takes an inbox away; what is archived of it stays. */
  removeInbox(inbox: string): void;

  /** The copies in one section of an inbox, as stored. */
  copies(inbox: string, section: Section): readonly Copy[];
  /**
   * Active copies of an inbox that pass, among them the one that comes first in the order of work. A driver that can tell
   * leaves out what stands behind another one.
   */
  candidates(inbox: string, passes: (message: Message) => boolean): readonly Copy[];
  /** Active and held copies of an inbox, among them all for which something is due. */
  due(inbox: string): readonly Copy[];
  /** The active copies of an inbox that are completed, and how many they are. */
  completed(inbox: string): readonly Copy[];
  completedCount(inbox: string): number;
  /** Every stored copy with this id, or of one inbox only. */
  find(id: string, inbox?: string): readonly Copy[];
  /** The copies that this sender sent with this idempotency key. */
  sentWith(sender: string, key: string): readonly Copy[];

  insert(inbox: string, section: Section, message: Message): void;
  /** Changes a copy where it stands. */
  update(copy: Copy, message: Message): void;
  /** Takes a copy out of its section and puts `message` into another. */
  move(copy: Copy, section: Section, message: Message): void;
  /** Takes a copy out for good. */
  remove(copy: Copy): void;
  /** Where the archive section is larger than `aboveBytes`, moves it out of the way of daily work, if the driver can; returns how many. */
  rotate(inbox: string, aboveBytes: number): number;
  /** The earliest time at which something active or held of this inbox comes due, in ms; undefined for never. */
  dueAt(inbox: string): number | undefined;

  /** The token bucket under this key as it was left; undefined for a full one. */
  bucket(key: string): Bucket | undefined;
  setBucket(key: string, bucket: Bucket): void;
}

/** How many tokens a bucket held at a time (ms since the epoch); of one that never fills, how many were taken. */
export interface Bucket {
  tokens: number;
  at: number;
}

/** The limits of the workspace that the verbs go by. */
export interface StoreRules {
  /** Shared inboxes and the agents that compete for their messages. */
  groups: Readonly<Record<string, readonly string[]>>;
  /** A heartbeat older than this no longer says what its agent does. */
  offlineAfterMs: number;
  leaseMs: number;
  maxAttempts: number;
  riseAfterMs: number;
  archiveAbove: number;
  archiveKeep: number;
  rotateAboveBytes: number;
}
