import { isPlainId } from '../../message/ids.ts';
import { AGENT_NAME } from '../../message/names.ts';
import type { Metrics } from './metrics.ts';

/** The CommunicationReport of the droid communication protocol. */
export interface Report {
  summary: Metrics;
  insights: Insight[];
  recommendations: Recommendation[];
}

/** The numbers, and the names, that something rests on. */
export type Figures = Record<string, number | string>;

/** Something that stands out in the figures. */
export interface Insight {
  code: InsightCode;
  severity: 'info' | 'warning' | 'serious';
  /** A sentence. Names in it may have been written by anybody. */
  text: string;
  figures: Figures;
  /** To look closer. */
  commands: string[];
}

/** What could be done about an insight. */
export interface Recommendation {
  code: RecommendationCode;
  text: string;
  /** Of the insight that it follows from. */
  figures: Figures;
  commands: string[];
  /** The insight. */
  because: InsightCode;
}

export type InsightCode =
  | 'slow_responder'
  | 'unanswered_sender'
  | 'quiet_agent'
  | 'mutual_waiting'
  | 'overdue_pile'
  | 'rising_backlog'
  | 'dominant_sender'
  | 'long_thread'
  | 'conflict_hot_spot'
  | 'many_refusals'
  | 'rate_limit_refuses'
  | 'held_pile'
  | 'low_success'
  | 'retries_concentrated'
  | 'dead_letters_concentrated';

export type RecommendationCode =
  | 'share_work'
  | 'address_somebody_else'
  | 'start_a_worker'
  | 'answer_one_side'
  | 'answer_or_move_deadlines'
  | 'limit_sender'
  | 'end_the_thread'
  | 'settle_conflicts'
  | 'check_before_sending'
  | 'adjust_rate_limit'
  | 'decide_held'
  | 'look_at_dead_letters'
  | 'mend_handler'
  | 'mend_then_redrive';

/** An agent or group as it may stand in a command that is shown: agents run what they are shown, and a name may hold anything. */
export function agentWord(name: string): string {
  return AGENT_NAME.test(name) ? name : 'NAME';
}

export function idWord(id: string): string {
  return isPlainId(id) ? id : 'ID';
}

/** "62%", of a share between 0 and 1. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
