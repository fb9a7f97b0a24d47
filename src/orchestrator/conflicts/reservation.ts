/** An exclusive lease of an agent on files, while it works on them. */
export interface Reservation {
  agent: string;
  /** A path or glob relative to the repository, with forward slashes; a directory means all that is in it. */
  path: string;
  /** The task that it is for. */
  task?: string;
  /** ISO 8601. */
  reserved_at: string;
  expires_at: string;
}
