import type { Message, MessageStatus } from '../message/message.ts';
import type { Section } from './requests.ts';

export interface WatchOptions {
  /** Only what happens in these is wanted, which saves work; the store may tell of others all the same. Default all. */
  inboxes?: readonly string[] | undefined;
  /** Only what happens to the message of this id and to what came after it is wanted; likewise. */
  since?: string | undefined;
  /** Tell as an error, too, what an old copy of a file that was saved over a newer one took away, also before the watch began. */
  losses?: boolean;
  onEvent: (event: StoreEvent) => void;
  signal: AbortSignal;
}

/**
 * What a watcher is told of. `previousStatus` stands where the message was known before, `previousSection` where it was held.
 * What is held is no arrival: it becomes one when it is released.
 */
export type StoreEvent =
  | {
      event: 'waiting' | 'message' | 'status' | 'removed';
      inbox: string;
      message: Message;
      previousStatus?: MessageStatus;
      section: Section;
      previousSection?: 'held';
    }
  | { event: 'ready' }
  | { event: 'error'; inbox?: string; error: string };
