import type { MessageFilter } from '../message/filter.ts';
import type { Message } from '../message/message.ts';
import type { Copy } from '../store/store.ts';
import type { Messages } from './requests.ts';

/** What the held messages take and answer. */

export interface HeldRequest {
  /** Only what this agent may decide over. */
  agent?: string;
  filter?: MessageFilter;
  limit?: number;
}

/** Oldest first, one for each id; why and since when stands in `delivery.held_reason` and `delivery.held_at`. */
export interface HeldMessages extends Messages {
  /** For whom each of `messages` is, in their order. */
  recipients: string[][];
}

/** `by` is the agent that decides, by name or alias; left out for a person. */
export interface ReleaseRequest {
  id: string;
  by?: string;
  /** For the recipients and the sender, beside the message. */
  note?: string;
}

export interface RejectRequest {
  id: string;
  by?: string;
  /** What the sender is told. */
  reason: string;
}

/** A decision over a held message, for all of its copies. */
export interface Decided {
  decision: 'released' | 'rejected';
  /** The first recipient's copy, as it is now. */
  message: Message;
  /** All copies, where they lie now. */
  copies: Copy[];
  /** What the one who decided should know all the same. */
  warnings: string[];
}
