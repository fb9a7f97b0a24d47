import type { StatusDocument } from '../message/status.ts';
import { timeOf } from '../message/time.ts';
import type { Heartbeat, Presence } from './store.ts';

/** What an agent's heartbeat says once it gave one more: what it leaves out stays. `at` is ISO 8601. */
export function nextHeartbeat(before: Heartbeat | undefined, { status, currentTask }: Presence, at: string): Heartbeat {
  return {
    ...before,
    ...(status === undefined ? {} : { status }),
    ...(currentTask === undefined ? {} : { current_task: currentTask }),
    last_heartbeat: at,
  };
}

/**
 * How old a heartbeat is, in ms; undefined for none, or for a time that cannot be read. One that lies ahead was written by
 * a clock that was wrong, or was set back since: it says as little about now as one that lies as far behind.
 */
export function heartbeatAge(lastHeartbeat: unknown, now: number): number | undefined {
  const at = timeOf(lastHeartbeat);
  return at === undefined ? undefined : Math.abs(now - at);
}

/** The status with what heartbeats say: the time of each, and, while it is younger than `offlineAfterMs`, what its agent does. */
export function withHeartbeats(
  status: StatusDocument,
  heartbeats: Readonly<Record<string, Heartbeat>>,
  { now, offlineAfterMs }: { now: number; offlineAfterMs: number },
): StatusDocument {
  const agents = Object.entries(status.agents).map(([name, agent]) => {
    const beat = Object.hasOwn(heartbeats, name) ? heartbeats[name] : undefined;
    if (!beat) return [name, agent] as const;
    const { last_heartbeat, ...said } = beat;
    const fresh = (heartbeatAge(last_heartbeat, now) ?? offlineAfterMs) < offlineAfterMs;
    return [name, { ...agent, ...(fresh ? said : {}), last_heartbeat }] as const;
  });
  return { ...status, agents: Object.fromEntries(agents) };
}
