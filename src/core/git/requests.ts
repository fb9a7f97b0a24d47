import type { Change } from './changes.ts';

/** What the commands that keep a workspace in git take and answer. */

export interface CommitRequest {
  /** The first line, and what follows it, in somebody's own words. Default: what happened. */
  message?: string;
  /** Say what would be committed, and commit nothing. */
  dryRun?: boolean;
  /** Where another process commits, do nothing instead of waiting for it. */
  leave?: boolean;
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
  /** How many messages came, went or changed since HEAD. */
  messages: number;
  changes: Change[];
  /** The files that differ, relative to the workspace. */
  files: string[];
}
