import type { Diff, DiffRequest, Log, LogRequest, ShowAtRequest, ShownAt } from './history-requests.ts';

/** The part of `Comms` that looks into git. Each throws NOT_A_REPOSITORY, GIT_MISSING and GIT_FAILED. */
export interface MessageHistory {
  /** What happened to messages, commit by commit, newest first, and what is not committed. @throws UNKNOWN_REVISION, MESSAGE_NOT_FOUND for an id that never was */
  log(request?: LogRequest): Promise<Log>;
  /** A message as it was in a commit. @throws UNKNOWN_REVISION, MESSAGE_NOT_FOUND with where it is now */
  showAt(request: ShowAtRequest): Promise<ShownAt>;
  /** What differs between two revisions, or one and what lies here now, copy by copy. @throws UNKNOWN_REVISION, USAGE with a database and no second revision */
  diff(request?: DiffRequest): Promise<Diff>;
}
