import type { Reservation } from '../orchestrator/conflicts/reservation.ts';
import type { ReservationConflict } from '../orchestrator/conflicts/reservations.ts';

/** What the use cases of reservations take and answer. Paths are relative to the current directory, and may be globs. */

export interface ReserveRequest {
  agent: string;
  paths: string[];
  /** What it is for; the plan need not know it. */
  task?: string;
  /** Default 30 minutes, at most 7 days. */
  ttlMs?: number;
}

export interface Reserved {
  /** Paths are relative to the repository. */
  reserved: Reservation[];
  /** The paths that the agent held already, and holds for longer now. */
  renewed: string[];
}

export interface UnreserveRequest {
  /** Whose. Only with `force` it may be nobody, for everybody's. */
  agent?: string;
  paths?: string[];
  /** All that is the agent's, instead of `paths`. */
  all?: boolean;
  /** Also what others hold: a decision for a person. */
  force?: boolean;
}

export interface Unreserved {
  released: Reservation[];
  /** Paths, relative to the repository, under which nothing was reserved. */
  missing: string[];
}

export interface ReservationsRequest {
  /** Only what this agent holds. */
  agent?: string;
  /** Only what meets one of these. */
  paths?: string[];
  /** The same for paths as git tells them: relative to the top of the working tree, and without wildcards. */
  files?: string[];
}

export interface ReservedFiles {
  reservations: Reservation[];
  /** Which of `paths` and `files`, relative to the repository, meets which reservation; empty where none are given. */
  meetings: ReservationConflict[];
}
