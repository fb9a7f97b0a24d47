/** What is known of an agent beside its messages. */

/** By the age of an agent's last heartbeat: `presence` of config.json. */
export type PresenceState = 'online' | 'stale' | 'offline';

/** An agent, what it says of itself, and what lies in its inbox. */
export interface AgentSummary {
  name: string;
  description?: string;
  aliases: string[];
  presence: PresenceState;
  /** ISO 8601; null for never. */
  last_heartbeat: string | null;
  status: string;
  current_task: string | null;
  messages_pending: number;
  messages_in_progress: number;
  messages_blocked: number;
  messages_processed: number;
  error_count: number;
}

/** How one agent does. */
export interface AgentHealth extends AgentSummary {
  /** How old the last heartbeat is. */
  heartbeat_age_ms: number | null;
  /** Whose shared inboxes it takes from. */
  groups: string[];
  /** That it reads. */
  channels: string[];
  /** Of what is PENDING in its own inbox and those of its groups, the oldest. */
  oldest_waiting: { id: string; inbox: string; age_ms: number | null } | null;
  /** What it works on; without end where somebody wrote so by hand. */
  leases: { id: string; inbox: string; expires_at: string | null }[];
  /** Ids of its inbox's dead letters. */
  dead_letters: string[];
  /** What went wrong last with a message of its inbox. */
  last_error: { id: string; error: string } | null;
  /** What it may send at once under its own limit; null without one. */
  rate_limit: LimitLevel | null;
}

/** What is in the bucket of a rate limit. */
export interface LimitLevel {
  /** Whose it is: "claude", or "claude → gpt". */
  limit: string;
  capacity: number;
  /** Whole ones. */
  tokens: number;
  /** When it lets a message go: from now in ms, and as ISO 8601. */
  retry_after_ms: number;
  retry_at: string;
}
