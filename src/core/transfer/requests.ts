import type { Problem } from '../../message/message.ts';
import type { OnProgress } from './fill.ts';

/** What is asked of, and answered by, what moves messages between stores and directories. Paths are absolute or relative to the process's directory. */

export interface ExportRequest {
  /** Made where it is not there; else empty, or an earlier export, which is brought up to date. */
  directory: string;
  /** Also where the earlier export holds messages that this workspace lacks. */
  force?: boolean;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface Exported {
  /** Absolute. */
  directory: string;
  /** What was written, relative to it. */
  files: string[];
  /** How many copies of messages. */
  messages: number;
}

export interface ImportRequest {
  /** A directory of inbox files, another workspace, or a single Markdown file of messages. */
  from: string;
  /** Register the agents and groups whose inboxes are found and not known here. */
  addAgents?: boolean;
  /** Import the rest where some blocks cannot be read. */
  skipBroken?: boolean;
  /** Only tell what would be done. */
  dryRun?: boolean;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export interface Imported {
  /** How many copies of messages were put in, or would be. */
  imported: number;
  /** How many were there already. */
  skipped: number;
  /** Messages whose id was another's here already. */
  renumbered: { from: string; to: string }[];
  /** What could not be read, and was left out. */
  problems: Problem[];
  /** Agents that were registered. */
  agents: string[];
  dry_run: boolean;
}

export interface MigrateRequest {
  to: 'files' | 'sqlite';
  /** Leave behind what cannot be read; it stays in what is kept of the old store. */
  skipBroken?: boolean;
  onProgress?: OnProgress;
  /** Ends the move before anything was changed. */
  signal?: AbortSignal;
}

export interface Migrated {
  from: string;
  to: string;
  /** How many copies of messages were moved; 0 where the workspace was there already. */
  messages: number;
  /** Of these, by where they lie. */
  active: number;
  archived: number;
  held: number;
  dead: number;
  subscriptions: number;
  /** The id that the next message will get. */
  next_id: string;
  /** Where the files of the old store are kept, relative to the workspace; null where there were none. */
  kept: string | null;
  /** What could not be read, and was left behind in `kept`. */
  problems: Problem[];
}
