import type { AgentStatus, Status } from '../generated/schema-types.ts';

/** What status.json holds (DESIGN §3): counts and lists of ids, derived from the inboxes, and what agents say of themselves. */
export type StatusDocument = Status;
export type { AgentStatus };
