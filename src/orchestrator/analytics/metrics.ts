/**
 * Figures of the traffic: the CommunicationMetrics of the droid communication protocol, and more. Names are as they are
 * printed. Times are ISO 8601, durations in ms unless their name says minutes; null where there is nothing to tell from.
 */
export interface Metrics {
  /** What was looked at. `since` and `until` are those asked for, else the first and the last message. */
  window: { since: string | null; until: string | null };
  /** Messages that agents sent. One that went to several counts once; what comms wrote by itself (bounces) does not count. */
  total_messages: number;
  /** The most frequent first, here and below. */
  messages_by_type: Record<string, number>;
  /** What each agent sent, and how many copies came to its inbox; registered agents without traffic, too. Groups receive. */
  messages_by_agent: Record<string, { sent: number; received: number }>;
  /** By the hour that begins at this time; hours without a message are left out. */
  messages_by_hour: Record<string, number>;
  /** In minutes, as the protocol has it. */
  average_response_time: number | null;
  /** From a message that asked for a response to the first answer of its recipient; `by_agent` is who answered. */
  response_times: ResponseTimes & { by_agent: Record<string, ResponseTimes> };
  /** Of the copies that asked for a response: how many got one. `oldest_unanswered_ms` is the age of what still waits, or went without. */
  asked: Answered & { by_sender: Record<string, Answered>; by_recipient: Record<string, Answered> };
  /** Messages in which the checks found a conflict, over those that were checked (sent, held or refused in the log). */
  conflict_rate: number | null;
  conflicts: { checked: number; messages: number; by_code: Record<string, number>; by_agent: Record<string, number> };
  /** Messages that the checks refused; one with several reasons counts once in `messages` and for each code. */
  refused: { messages: number; by_code: Record<string, number>; by_agent: Record<string, number> };
  /**
   * Of the copies whose outcome is decided, the share that succeeded. A copy succeeded when it is completed, or was answered by
   * its recipient; it failed when it is a dead letter without an answer. What is open and unanswered, or held, is not decided.
   * ACKs do not count: nobody has to do anything about them.
   */
  success_rate: number | null;
  outcomes: { succeeded: number; failed: number; open: number };
  /** Attempts beyond the first, by the inbox of the copy. */
  retries: { total: number; by_agent: Record<string, number> };
  dead_letters: { total: number; by_reason: Record<string, number>; by_agent: Record<string, number> };
  /** Held for a decision now; and what was decided, as far as the log goes back. */
  held: { now: number; released: number; rejected: number };
  /** The threads with the most messages. */
  busiest_threads: Thread[];
  /** Open messages that ask for a response and have none; who waits for most first. */
  waiting: Waiting[];
  overdue: { total: number; by_agent: Record<string, { count: number; longest_ms: number }> };
  /** What lies open in each inbox that has any, and what lay open there at the middle of the window. */
  open_by_agent: Record<string, Open>;
}

export interface ResponseTimes {
  count: number;
  mean_ms: number | null;
  median_ms: number | null;
  p95_ms: number | null;
}

export interface Answered {
  asked: number;
  answered: number;
  oldest_unanswered_ms: number | null;
}

export interface Thread {
  /** Its first message. */
  id: string;
  subject: string;
  messages: number;
  agents: string[];
  first_at: string | null;
  last_at: string | null;
}

export interface Waiting {
  from: string;
  to: string;
  count: number;
  oldest_id: string;
  oldest_ms: number | null;
}

export interface Open {
  open: number;
  open_before: number;
  oldest_ms: number | null;
  by_age: { under_1h: number; under_1d: number; under_7d: number; older: number };
}
