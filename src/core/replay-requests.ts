import type { ErrorCode } from '../errors.ts';
import type { MessageFilter } from '../message/filter.ts';
import type { Message } from '../message/message.ts';
import type { DeliveryOutcome, Section } from '../store/store.ts';

/** Which messages to send once more, and to whom. Filters that are left out let everything through. */
export interface ReplayRequest {
  /** Who replays; the sender of what is sent. */
  from: string;
  to: string;
  /** Only these. */
  ids?: string[];
  /** Only messages of the thread of this one. */
  thread?: string;
  /** Only copies in this agent's inbox. */
  inbox?: string;
  /** Default: active and archived. */
  sections?: Section[];
  filter?: MessageFilter;
  /** The newest ones, where there are more. */
  limit?: number;
  /** Also what this sender has replayed to this agent before. */
  again?: boolean;
  /** Whether what is sent asks for a response. Default: where the original did. The answer goes to who replays. */
  requiresResponse?: boolean;
  /** Check everything, and send nothing. */
  dryRun?: boolean;
  /** Told now and then how many of how many are done. */
  onProgress?: (done: number, total: number) => void;
  /** Ends the replay between two writes. */
  signal?: AbortSignal;
}

export interface Replayed {
  /** The agent's registered name. */
  to: string;
  /** In the order of sending. */
  replays: Replay[];
}

/** What became of one message that was to be replayed. */
export interface Replay {
  original: Message;
  /** Where the original lies. */
  inbox: string;
  section: Section;
  /** ready: a dry run would have sent it. duplicate: replayed before. failed: `error` says why. */
  outcome: DeliveryOutcome['outcome'] | 'ready';
  /** What was sent, now or before; of a ready one, what would be, under an id that stands for the one to come. */
  message?: Message;
  /** Why, for held. */
  reason?: string;
  error?: { code: ErrorCode; message: string; hint?: string };
}
