/**
 * Every error that a caller can meet: a code that is stable between major versions, what happened, and what to do next.
 *
 * The codes and the exit statuses that they lead to are in {@link EXIT_BY_CODE}; a message may change, a code may not.
 */
export type ErrorCode = keyof typeof EXIT_BY_CODE;

/** Exit statuses of the command line: 0 ok, 130 interrupted, 143 terminated; the others stand beside their code. */
export const EXIT_BY_CODE = {
  INTERNAL: 1,
  IO_ERROR: 1,
  DISK_FULL: 1,
  LOCK_TIMEOUT: 1,
  NOT_WRITABLE: 1,
  DRIVER_MISSING: 1,
  GIT_FAILED: 1,
  GIT_MISSING: 1,
  HANDLER_FAILED: 1,
  USAGE: 2,
  UNKNOWN_COMMAND: 2,
  NO_IDENTITY: 2,
  WORKSPACE_EXISTS: 2,
  WORKSPACE_NOT_FOUND: 3,
  MESSAGE_NOT_FOUND: 3,
  UNKNOWN_AGENT: 3,
  UNKNOWN_CHANNEL: 3,
  UNKNOWN_GROUP: 3,
  FILE_NOT_FOUND: 3,
  PLAN_NOT_FOUND: 3,
  UNKNOWN_PHASE: 3,
  UNKNOWN_TASK: 3,
  NOT_A_REPOSITORY: 3,
  UNKNOWN_REVISION: 3,
  NOTHING_TO_CLAIM: 4,
  TIMEOUT: 4,
  NO_ANSWER: 4,
  ALREADY_CLAIMED: 5,
  LEASE_LOST: 5,
  WRONG_STATUS: 5,
  AGENT_EXISTS: 5,
  GROUP_EXISTS: 5,
  STORE_MOVED: 5,
  CIRCUIT_OPEN: 5,
  RESERVED: 5,
  MERGE_UNDER_WAY: 5,
  MERGE_CONFLICT: 5,
  DETACHED_HEAD: 5,
  WRONG_PHASE_STATUS: 5,
  INVALID_MESSAGE: 6,
  INVALID_CONFIG: 6,
  INVALID_PLAN: 6,
  INVALID_NAME: 6,
  UNKNOWN_TYPE: 6,
  MESSAGE_TOO_LARGE: 6,
  INVALID_UTF8: 6,
  INVALID_WORKSPACE: 6,
  UNSAFE_PATH: 7,
  LOOP_STOPPED: 7,
  RATE_LIMITED: 7,
  REFUSED: 7,
  COMMUNICATION_DISABLED: 7,
  SENDER_NOT_ALLOWED: 7,
  RECIPIENT_NOT_ALLOWED: 7,
  BROADCAST_NOT_ALLOWED: 7,
  URGENCY_NOT_ALLOWED: 7,
  TYPE_NOT_ALLOWED: 7,
  PHASE_PAUSED: 7,
  PHASE_LIMIT_REACHED: 7,
  CONTENT_FILTERED: 7,
  SENSITIVE_DATA: 7,
  PLAN_CONFLICT: 7,
  RESERVATION_CONFLICT: 7,
  CIRCULAR_DEPENDENCY: 7,
} as const;

export interface ErrorExtras {
  /** The next step, as a sentence or a command. */
  hint?: string;
  /** Machine-readable particulars, such as `{problems: […]}`. */
  details?: Record<string, unknown>;
  cause?: unknown;
}

export class CommsError extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Record<string, unknown> | undefined;

  constructor(code: ErrorCode, message: string, { hint, details, cause }: ErrorExtras = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'CommsError';
    this.code = code;
    this.hint = hint;
    this.details = details;
  }

  get exitCode(): number {
    return EXIT_BY_CODE[this.code];
  }
}

/** The errno of a system call's error, such as "ENOENT"; undefined for anything else. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
