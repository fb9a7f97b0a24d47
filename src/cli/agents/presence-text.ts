import type { AgentSummary } from '../../core/requests.ts';
import { ageOf } from '../age.ts';
import type { Style } from '../style.ts';

/** How agents are shown, in lists and alone. */

export function presenceText(presence: AgentSummary['presence'], style: Style): string {
  if (presence === 'online') return style.good(presence);
  return presence === 'stale' ? style.warn(presence) : style.dim(presence);
}

/** "last seen 3m ago", or "never seen". `now` in ms. */
export function lastSeen(lastHeartbeat: string | null, now: number): string {
  return lastHeartbeat === null ? 'never seen' : `last seen ${ageOf(lastHeartbeat, now)}`;
}

/** "2 pending, 1 in progress, 14 done, 0 errors"; blocked ones only where there are any. */
export function countsText(agent: AgentSummary, style: Style): string {
  const { messages_pending, messages_in_progress, messages_blocked, messages_processed, error_count } = agent;
  const errors = `${error_count} ${error_count === 1 ? 'error' : 'errors'}`;
  return [
    `${messages_pending} pending`,
    `${messages_in_progress} in progress`,
    ...(messages_blocked > 0 ? [`${messages_blocked} blocked`] : []),
    `${messages_processed} done`,
    error_count > 0 ? style.bad(errors) : errors,
  ].join(', ');
}
