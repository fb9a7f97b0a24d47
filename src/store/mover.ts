/** What a driver can do so that a workspace moves to or from it while others work. `root` is the workspace, absolute. */
export interface Mover {
  /** Waits until no write is under way, and keeps everybody from writing. @throws LOCK_TIMEOUT, NOT_WRITABLE */
  hold(root: string, options: { busyTimeoutMs: number }): Promise<Hold>;
  /** The files of the store that are there, relative to `root`. */
  files(root: string): string[];
}

export interface Hold {
  /** @throws LOCK_TIMEOUT where the hold was lost, as by a process that stood still */
  assert(): void;
  /** Lets the store refuse every write of those who have it open, also after the hold ends. */
  shut(to: string): void;
  /** Ends the hold. What was not shut is as it was. */
  release(): Promise<void>;
}
