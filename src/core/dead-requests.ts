import type { CommsError } from '../errors.ts';
import type { MessageFilter } from '../message/filter.ts';
import type { Copy, Section } from '../store/store.ts';

/** What the dead letters and the cleaning up take and answer. */

export type DeadReason = 'failed' | 'expired' | 'rejected';

/** Which dead letters; what is left out lets everything through. */
export interface DeadSelection {
  /** Only these messages. @throws MESSAGE_NOT_FOUND, WRONG_STATUS where one of them is not dead */
  ids?: string[];
  /** Only those of this inbox: an agent's, by name or alias, or a group's; also of one that is gone. */
  inbox?: string;
  /** Only those of the inboxes that this agent reads. */
  agent?: string;
  reason?: DeadReason;
  /** Only what has been dead for at least so long. */
  olderThanMs?: number;
  filter?: MessageFilter;
}

export interface DeadLettersRequest extends DeadSelection {
  limit?: number;
}

export interface Redriven {
  /** The copies as they wait again. */
  redriven: Copy[];
  /** Those that could not go back, such as where the inbox is gone. */
  failed: { inbox: string; id: string; error: CommsError }[];
}

export interface PurgeDeadRequest extends DeadSelection {
  /** Say what would go, and take nothing. */
  dryRun?: boolean;
}

/** Ages are in ms; where one is left out, config.json decides (`cleanup`), and by default nothing is archived or purged. */
export interface CleanupRequest {
  /** Archive what was completed at least so long ago. */
  archiveOlderThanMs?: number | undefined;
  /** Take out of the archive for good what was completed at least so long ago. */
  purgeArchiveOlderThanMs?: number | undefined;
  /** Take out of the dead letters for good what has been dead for at least so long. */
  purgeDeadOlderThanMs?: number | undefined;
  /** Say what would be done, and change nothing. */
  dryRun?: boolean;
  onProgress?: (progress: CleanupProgress) => void;
  /** Ends it between two writes; what was done until then is answered. */
  signal?: AbortSignal;
}

export interface CleanupProgress {
  step: 'sweep' | 'archive' | 'purge';
  done: number;
  total: number;
}

export interface Cleaned {
  /** Leases that ran out. */
  leases: { inbox: string; id: string }[];
  /** Messages past their time, now dead letters. */
  expired: { inbox: string; id: string }[];
  archived: { inbox: string; id: string }[];
  /** Gone for good. */
  purged: { inbox: string; id: string; section: Extract<Section, 'dead' | 'archived'> }[];
}
