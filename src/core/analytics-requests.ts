import type { Message } from '../message/message.ts';
import type { Place } from './requests.ts';

/** What deadlines and analytics take and answer. */

export type { Report } from '../orchestrator/analytics/insight.ts';
export type { Metrics } from '../orchestrator/analytics/metrics.ts';

export interface OverdueRequest {
  /** Only what this agent owes an answer to, or is owed one for. */
  agent?: string;
}

/** A copy of a message whose recipient was to answer by now. */
export interface Overdue extends Place {
  message: Message;
  /** ISO 8601. */
  due_at: string;
  overdue_ms: number;
}

export interface StatsRequest {
  /** Only what was sent in the last so many ms. Default: everything that is still there. */
  sinceMs?: number;
  /** Only what this agent sent, and what came to its inbox and those of its groups. */
  agent?: string;
}

/** Of all agents: of one alone nothing could stand out. */
export type ReportRequest = Pick<StatsRequest, 'sinceMs'>;
