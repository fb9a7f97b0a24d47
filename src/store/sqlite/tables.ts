import type { Generated, GeneratedAlways } from 'kysely';
import type { StatusWord } from './words.ts';

/** The tables of messages.db: the names of the broker implementation guide, and what is needed beside. */
export interface Tables {
  messages: MessagesTable;
  dead_letter_queue: DeadLettersTable;
  agents: AgentsTable;
  channel_subscriptions: SubscriptionsTable;
  token_buckets: TokenBucketsTable;
  counters: CountersTable;
  removals: RemovalsTable;
}

/** Active, archived and held copies. What is generated is read off the envelope, so it cannot disagree with it. */
export interface MessagesTable {
  /** Of the number in the id, and of the copy; below zero for ids of another form. See rowsOfNumber. */
  seq: number;
  id: string;
  type: GeneratedAlways<string>;
  version: GeneratedAlways<string>;
  timestamp: GeneratedAlways<string>;
  correlation_id: string | null;
  from_agent: GeneratedAlways<string>;
  to_agent: GeneratedAlways<string>;
  channel: GeneratedAlways<string>;
  priority: number;
  payload: GeneratedAlways<string>;
  status: StatusWord;
  created_at: GeneratedAlways<string>;
  expires_at: GeneratedAlways<string | null>;
  delivery_count: GeneratedAlways<number>;
  last_delivered_at: string | null;
  error: string | null;
  inbox: string;
  section: 'active' | 'archived' | 'held';
  /** ms since the epoch; null where the timestamp cannot be read. */
  sent_at: number | null;
  /** When something comes due without anybody's doing, in ms since the epoch. */
  due_at: number | null;
  idempotency_key: string | null;
  /** The number of the last change; null for a copy that is as it was put in, with the highest `seq` of its time. */
  changed: number | null;
  /** The whole message as JSON. */
  envelope: string;
}

export interface DeadLettersTable {
  seq: Generated<number>;
  id: string;
  original_message: string;
  error: string;
  moved_at: string;
  retry_count: number;
  inbox: string;
  idempotency_key: string | null;
}

/** What agents say of themselves; the view `agent_status` shows it with the counts of their messages. */
export interface AgentsTable {
  agent_id: string;
  status: Generated<string>;
  current_task: string | null;
  last_heartbeat: string | null;
  /** What `setPresence` was told, as JSON. */
  presence: string | null;
  /** The last heartbeat, as JSON. */
  heartbeat: string | null;
}

export interface SubscriptionsTable {
  channel_name: string;
  agent_id: string;
  /** null where an agent reads `general` without having been asked. */
  subscribed_at: string | null;
}

export interface TokenBucketsTable {
  key: string;
  tokens: number;
  /** ms since the epoch. */
  at: number;
}

/** One row: the highest numbers that were ever given, as far as no row of `messages` shows them any more. */
export interface CountersTable {
  seq: number;
  number: number;
  changed: number;
}

/** Copies that left the table of messages, for watchers. The oldest are dropped. */
export interface RemovalsTable {
  removal: Generated<number>;
  /** Of dead letters: see removalOfDead. */
  seq: number;
}
