import type { Config } from '../generated/schema-types.ts';

/** config.json with every default filled in; times in ms. Unknown keys stay in `raw`. */
export interface Settings {
  store: 'files' | 'memory';
  /** Names in the order of the file. */
  agents: string[];
  /** alias → agent. */
  aliases: Record<string, string>;
  maxMessageBytes: number;
  maxAttempts: number;
  maxThreadDepth: number;
  leaseMs: number;
  /** A waiting message rises one priority step in this time; 0 for never. */
  riseAfterMs: number;
  archiveAbove: number;
  archiveKeep: number;
  rotateAboveBytes: number;
  raw: Config;
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
