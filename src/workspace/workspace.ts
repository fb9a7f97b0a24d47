import type { Config } from '../generated/schema-types.ts';
import type { Priority } from '../message/message.ts';

/** config.json with every default filled in; times in ms. Unknown keys stay in `raw`. */
export interface Settings {
  store: 'files' | 'sqlite' | 'memory';
  /** Names in the order of the file. */
  agents: string[];
  /** alias → agent. */
  aliases: Record<string, string>;
  /** Shared inboxes: group → the agents that compete for its messages, aliases resolved. */
  groups: Record<string, string[]>;
  rateLimits: RateLimits;
  /** What agents may do, by agent; one that is not there may do everything. */
  permissions: Record<string, Permissions>;
  communication: Communication;
  /** Without a heartbeat for so long an agent is stale, and then offline. */
  staleAfterMs: number;
  offlineAfterMs: number;
  /** When a worker stops to call a handler that fails; `failures` 0 for never. */
  breaker: { failures: number; resetAfterMs: number };
  sqlite: { synchronous: 'FULL' | 'NORMAL'; busyTimeoutMs: number };
  maxMessageBytes: number;
  maxAttempts: number;
  maxThreadDepth: number;
  leaseMs: number;
  /** A waiting message rises one priority step in this time; 0 for never. */
  riseAfterMs: number;
  archiveAbove: number;
  archiveKeep: number;
  rotateAboveBytes: number;
  /** What comms sweep does with what is old; undefined for nothing. */
  cleanup: { archiveAfterMs?: number; purgeArchiveAfterMs?: number; purgeDeadAfterMs?: number };
  /** Commits by itself when nothing was written for so long; undefined for never. */
  autocommit?: { debounceMs: number };
  raw: Config;
}

/** Token buckets; what is not there does not limit. */
export interface RateLimits {
  sender?: Rate;
  /** For each sender and recipient. */
  pair?: Rate;
  /** By sender, instead of `sender`. */
  agents: Record<string, Rate>;
  /** By sender, beside the others: so many a minute. */
  minute?: Record<string, Rate>;
}

/** What one agent may do. What is not there does not restrict. Names are those of agents and groups, types as parseType gives them. */
export interface Permissions {
  sendTo?: string[];
  broadcast: boolean;
  maxUrgency?: Priority;
  types?: string[];
  /** Who may write to it. */
  senders?: string[];
  maxPerPhase?: number;
}

/** How messages are checked on their way. What is not there does not restrict. */
export interface Communication {
  enabled: boolean;
  mode: 'mediated' | 'direct';
  /** Who decides over held messages; empty for everybody but the sender. */
  orchestrators: string[];
  /** The types of a phase or a task that names none. */
  defaultTypes?: string[];
  maxPerPhase?: number;
  /** How long an answer may take to a message of a phase that names no time of its own. */
  timeoutMinutes?: number;
  detectsConflicts: boolean;
  isLogged: boolean;
  senders?: string[];
  receivers?: string[];
  /** What no message may say. */
  filters: RegExp[];
  /** The workspace's own secrets, by the name of the pattern. */
  sensitive: Record<string, RegExp>;
  allowsSensitive: boolean;
}

/** A bucket that holds `capacity` tokens and fills at `refillPerMs` tokens a ms. */
export interface Rate {
  capacity: number;
  refillPerMs: number;
}

/** A workspace that was found and read. */
export interface Workspace {
  /** Absolute, symbolic links resolved. */
  root: string;
  /** Why this one, for people: such as "found agent-comms/ in /repo". */
  reason: string;
  settings: Settings;
  /** What the user should know with every command, such as messages in a worktree's own copy. */
  warnings?: string[];
}
