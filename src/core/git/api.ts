import type { CommitRequest, Committed, Uncommitted } from './requests.ts';

/** What {@link Comms} does with the repository that the workspace lies in. */
export interface KeptInGit {
  /**
   * Commits the files of the workspace and no others; what else is staged or changed stays as it is.
   * @throws MERGE_UNDER_WAY, DETACHED_HEAD, NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING
   */
  commit(request?: CommitRequest): Promise<Committed>;
  /** What no commit has yet. @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING */
  uncommitted(): Promise<Uncommitted>;
}
