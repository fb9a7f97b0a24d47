export interface GitSetupRequest {
  /** The words that start comms on this machine: node and its script. Default: comms on the PATH alone. */
  program?: string[];
  /** Also settles the workspace after each merge and rebase; without it the next write does. Default: as it is. */
  hooks?: boolean;
}

/** What was done, and where. */
export interface GitSetup {
  /** The top of the working tree. */
  repository: string;
  /** What has to be committed for others to have it; `changed` where it was not so before. */
  attributes: { file: string; changed: boolean };
  /** The settings in the clone's config. */
  drivers: { changed: boolean };
  hooks: { name: string; state: 'installed' | 'kept' | 'removed' | 'skipped'; reason?: string }[];
}
