import type { AgentStatus, Status } from '../generated/schema-types.ts';
import { compareIds } from './ids.ts';
import type { Message } from './message.ts';

/** What status.json holds (DESIGN §3): counts and lists of ids, derived from the inboxes, and what agents say of themselves. */
export type StatusDocument = Status;
export type { AgentStatus };

/** What agents say of themselves; carried over from one status.json to the next. Unknown fields of theirs too. */
export type PresenceByAgent = Record<string, { status?: string; current_task?: string | null } & Record<string, unknown>>;

/** What one inbox adds to status.json. */
export interface InboxSummary {
  pending: string[];
  inProgress: string[];
  blocked: string[];
  completed: string[];
  /** Completed ones that are archived. */
  archived: number;
  /** Failed attempts that left an error, and dead letters. */
  errors: number;
}

export function emptySummary(): InboxSummary {
  return { pending: [], inProgress: [], blocked: [], completed: [], archived: 0, errors: 0 };
}

/** Adds one copy to the summary of its inbox. */
export function addToSummary(summary: InboxSummary, message: Message, section: 'active' | 'archived' | 'dead' | 'held'): void {
  // What is held has reached nobody yet.
  if (section === 'held') return;
  if (section === 'dead') summary.errors += 1;
  else if (message.delivery?.last_error !== undefined) summary.errors += 1;
  if (section === 'archived') summary.archived += 1;
  if (section === 'active') listOf(summary, message).push(message.id);
}

/** The status document of a workspace. `agents` in the order of the config; ids once and in ascending order. */
export function deriveStatus(options: {
  agents: readonly string[];
  /** Shared inboxes; their counts stand apart from the agents'. */
  groups?: readonly string[];
  summaries: ReadonlyMap<string, InboxSummary>;
  presence: PresenceByAgent;
  lastId: string | undefined;
  at: string;
  /** Fields of status.json that are not ours. */
  rest?: Record<string, unknown>;
}): StatusDocument {
  const { agents, groups = [], summaries, presence, lastId, at, rest = {} } = options;
  const summaryOf = (inbox: string) => summaries.get(inbox) ?? emptySummary();
  const all = [...summaries.values()];
  // One that was written by hand may have none yet; it is counted all the same.
  const ids = (pick: (summary: InboxSummary) => string[]) => [...new Set(all.flatMap(pick))].filter((id) => id !== '').sort(compareIds);
  return {
    last_updated: at,
    last_message_id: lastId ?? null,
    agents: Object.fromEntries(agents.map((agent) => [agent, agentStatus(presence[agent], summaryOf(agent))])),
    ...(groups.length > 0 ? { groups: Object.fromEntries(groups.map((group) => [group, countsOf(summaryOf(group))])) } : {}),
    pending_items: ids((summary) => summary.pending),
    in_progress_items: ids((summary) => summary.inProgress),
    blocked_items: ids((summary) => summary.blocked),
    completed_items: ids((summary) => summary.completed),
    ...rest,
  };
}

function agentStatus(presence: PresenceByAgent[string] | undefined, summary: InboxSummary): AgentStatus {
  const { status, current_task, ...said } = presence ?? {};
  const rest = Object.fromEntries(Object.entries(said).filter(([field]) => !COUNTS.includes(field)));
  return {
    status: typeof status === 'string' ? status : 'idle',
    current_task: typeof current_task === 'string' ? current_task : null,
    ...countsOf(summary),
    ...rest,
  };
}

function countsOf(summary: InboxSummary) {
  return {
    messages_pending: summary.pending.length,
    messages_in_progress: summary.inProgress.length,
    messages_blocked: summary.blocked.length,
    messages_processed: summary.completed.length + summary.archived,
    error_count: summary.errors,
  };
}

const COUNTS = ['messages_pending', 'messages_in_progress', 'messages_blocked', 'messages_processed', 'error_count'];

function listOf(summary: InboxSummary, { status }: Message): string[] {
  if (status === 'PENDING') return summary.pending;
  if (status === 'IN_PROGRESS') return summary.inProgress;
  return status === 'BLOCKED' ? summary.blocked : summary.completed;
}
