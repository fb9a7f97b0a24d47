import type { ErrorCode } from '../../errors.ts';
import type { Priority } from '../../message/message.ts';
import type { Mode, RuleName } from '../verdict.ts';

/**
 * A line of the log of verdicts and deliveries (`.state/traffic.ndjson`). It holds names, ids and codes only, nothing of
 * what a message says, so that no secret can stand in it.
 */
export interface TrafficEntry {
  /** ISO 8601. */
  at: string;
  event: 'sent' | 'duplicate' | 'held' | 'refused' | 'released' | 'rejected';
  sender: string;
  recipients: string[];
  type: string;
  priority: Priority;
  mode: Mode;
  /** Of what was not refused. */
  id?: string;
  uid?: string;
  phase?: string;
  task?: string;
  /** What the rules did not pass. */
  findings?: { rule: RuleName; outcome: 'refuse' | 'conflict'; code: ErrorCode }[];
  deliveries?: { recipient: string; outcome: string }[];
  /** Who decided over a held message. */
  by?: string;
}
