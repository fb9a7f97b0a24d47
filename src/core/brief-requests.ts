import type { Priority } from '../message/message.ts';
import type { ReservedPath, WaitingMessage } from '../orchestrator/brief/brief.ts';
import type { PhaseSummary, TaskSummary } from './plan-requests.ts';

export interface BriefRequest {
  /** Whom the brief is for. May be left out where `tasks` are of one agent. */
  agent?: string;
  /** The seed's TaskWithCommunication as JSON, one or an array of them; those of other agents are passed over. */
  tasks?: string;
}

/** What an agent must know to work with messages. */
export interface Brief {
  agent: string;
  /** For the prompt of a subagent. */
  markdown: string;
  communication_enabled: boolean;
  /** Why it works alone. */
  reason?: string;
  /** Agents and groups. */
  may_send_to: string[];
  may_broadcast: boolean;
  max_priority: Priority;
  /** null for all. */
  types: string[] | null;
  /** To whom its messages are not held where they are in conflict with the plan. */
  direct_messages: string[];
  /** The one that it works in, else the next that it is in. */
  phase: { id: string; name: string; status: PhaseSummary['status'] } | null;
  /** Its own, not done. */
  tasks: TaskSummary[];
  limits: {
    per_minute: number | null;
    own_per_phase: number | null;
    /** Of all agents of the phase together. */
    all_per_phase: number | null;
    response_minutes: number | null;
  };
  /** What lies open in the inboxes that it reads, the most urgent first. */
  waiting: WaitingMessage[];
  /** Files that others have reserved. */
  reservations: ReservedPath[];
  /** Types and names in `tasks` that there are not, as sentences; left out where there are none. */
  warnings?: string[];
}
