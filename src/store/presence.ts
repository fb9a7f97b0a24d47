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
    const fresh = (timeOf(last_heartbeat) ?? 0) > now - offlineAfterMs;
    return [name, { ...agent, ...(fresh ? said : {}), last_heartbeat }] as const;
  });
  return { ...status, agents: Object.fromEntries(agents) };
}
