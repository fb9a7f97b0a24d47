import type { Problem } from '../../message/message.ts';
import type { ReservationConflict } from '../../orchestrator/conflicts/reservations.ts';
import type { Change } from './changes.ts';

/** What the commands that keep a workspace in git take and answer. */

export interface CommitRequest {
  /** The first line, and what follows it, in somebody's own words. Default: what happened. */
  message?: string;
  /** Say what would be committed, and commit nothing. */
  dryRun?: boolean;
}

export interface Committed {
  /** The new commit; undefined where there was nothing to commit, and for a dry run. */
  commit?: string;
  /** The branch that has it. */
  branch?: string;
  /** The commit's message, or what it would be; '' where there is nothing to commit. */
  subject: string;
  body: string;
  changes: Change[];
  /** The files that differ, relative to the workspace. */
  files: string[];
  /** Files of the workspace that git ignores, and that are therefore in no commit. */
  ignored: string[];
}

/** What no commit has yet. */
export interface Uncommitted {
  /** Whether git knows anything of the workspace. */
  tracked: boolean;
  /** How many messages came, went or changed since HEAD. */
  messages: number;
  changes: Change[];
  /** The files that differ, relative to the workspace. */
  files: string[];
}

export interface SyncRequest {
  /** The name of a remote, or a URL. Default: the upstream's, else `origin`, else the only one. */
  remote?: string;
  /** The branch there. Default: the upstream's, else the one of the same name. */
  branch?: string;
  /** Settles for the whole workspace what a merge of files cannot; called after each merge, may write through the store. */
  reconcile?: () => Promise<unknown>;
  signal?: AbortSignal;
}

/** What was committed before the merge, and what the remote brought. */
export interface Synced extends Committed {
  remote: string;
  remote_branch: string;
  /** The commit that both have now. */
  head: string | undefined;
  /** What happened elsewhere. */
  received: Change[];
  /** Whether the remote lacked anything. */
  pushed: boolean;
}

export interface GuardRequest {
  /** Who commits; without it what anybody has reserved counts. */
  agent?: string;
  /** A directory in the working tree whose commit it is. */
  cwd: string;
  /** The index that is to be committed, absolute; git names it to its hooks. Default: the working tree's. */
  indexFile?: string;
  env?: Record<string, string | undefined>;
}

export interface Guarded {
  /** The paths that differ from HEAD, relative to the top of the repository. */
  staged: string[];
  problems: Problem[];
  /** Staged files that another agent has reserved. */
  meetings: ReservationConflict[];
}
