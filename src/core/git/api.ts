import type { Problem } from '../../message/message.ts';
import type { CommitRequest, Committed, Guarded, GuardRequest, Synced, SyncRequest, Uncommitted } from './requests.ts';
import type { GitSetup, GitSetupRequest } from './setup-requests.ts';

/** What {@link Comms} does with the repository that the workspace lies in. */
export interface KeptInGit {
  /**
   * Lets git merge the files of the workspace message by message in this clone; running it again changes nothing.
   * @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING
   */
  setUpGit(request?: GitSetupRequest): Promise<GitSetup>;
  /** Takes out what `setUpGit` put in. @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING */
  removeFromGit(): Promise<GitSetup>;
  /** What keeps git from doing so, and what a merge left to a person. @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING */
  checkGit(): Promise<Problem[]>;
  /**
   * Commits the files of the workspace and no others; what else is staged or changed stays as it is.
   * @throws MERGE_UNDER_WAY, DETACHED_HEAD, NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING
   */
  commit(request?: CommitRequest): Promise<Committed>;
  /**
   * Commits the workspace, merges what the remote has, and pushes the branch; goes on where an earlier one was killed.
   * @throws MERGE_CONFLICT where a person must decide, with the working tree as it was; USAGE, and what `commit` throws
   */
  sync(request?: SyncRequest): Promise<Synced>;
  /** What no commit has yet. @throws NOT_A_REPOSITORY, GIT_FAILED, GIT_MISSING */
  uncommitted(): Promise<Uncommitted>;
  /** What is wrong with the commit that is staged, for a pre-commit hook. @throws NOT_A_REPOSITORY, USAGE, UNKNOWN_AGENT */
  guardCommit(request: GuardRequest): Promise<Guarded>;
}
