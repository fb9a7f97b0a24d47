import type { Message, MessageStatus } from '../../message/message.ts';
import type { Section, StoreEvent } from '../../store/store.ts';

/** A line of `watch --json`, as DESIGN §7 has it. */
export type WatchEvent =
  | { event: 'ready'; agent: string | null; at: string }
  | { event: 'error'; agent: string | null; error: string; at: string }
  | OverdueEvent
  | MessageEvent;

/** An event that tells of a message. `agent` is whose inbox it lies in. */
export interface MessageEvent {
  event: 'waiting' | 'message' | 'status' | 'removed';
  agent: string;
  message: Message;
  /** Where the message was known before. */
  previous_status?: MessageStatus;
  section: Section;
  /** When it was seen, ISO 8601. */
  at: string;
}

/** Whose answer to a message is overdue; told once. `agent` is whose inbox it lies in. */
export interface OverdueEvent {
  event: 'overdue';
  agent: string;
  message: Message;
  /** ISO 8601. */
  due_at: string;
  at: string;
}

/** What is printed of a store's event. `agent` is who watches, null for all inboxes; `at` in ISO 8601. */
export function watchEvent(event: StoreEvent, agent: string | null, at: string): WatchEvent {
  if (event.event === 'ready') return { event: 'ready', agent, at };
  if (event.event === 'error') return { event: 'error', agent: event.inbox ?? agent, error: event.error, at };
  const { message, previousStatus, section, inbox } = event;
  return {
    event: event.event,
    agent: inbox,
    message,
    ...(previousStatus !== undefined && { previous_status: previousStatus }),
    section,
    at,
  };
}

/**
 * Whether an event is an arrival: what `--once` ends with and `--exec`, `--bell` and `--notify` tell of. That is a message
 * that comes into an inbox; where statuses are asked for, also one that comes to such a status; and with `waiting` what is PENDING at the start.
 */
export function isArrival(event: WatchEvent, options: { statuses: readonly string[]; waiting: boolean }): event is MessageEvent {
  if (event.event === 'message') return event.section === 'active';
  if (event.event === 'status') return options.statuses.length > 0 && event.message.status !== event.previous_status;
  if (event.event !== 'waiting' || !options.waiting) return false;
  return options.statuses.length > 0 || event.message.status === 'PENDING';
}
