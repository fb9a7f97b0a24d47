import { timeOf } from '../../message/time.ts';
import type { Copy, Store } from '../../store/store.ts';
import { GENERAL } from '../../store/subscriptions.ts';
import type { SetClock, Snapshot } from './snapshot.ts';

/** How many copies go into one write: others get their turn in between. */
const BATCH = 500;

export type OnProgress = (done: number, total: number) => void;

/** Puts copies into a store in their order; those that are there already are left alone. */
export async function putCopies(
  store: Store,
  { copies, lastNumber }: { copies: readonly Copy[]; lastNumber: number },
  { onProgress, signal }: { onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined } = {},
): Promise<{ restored: number; skipped: number }> {
  const sum = { restored: 0, skipped: 0 };
  for (let at = 0; at === 0 || at < copies.length; at += BATCH) {
    signal?.throwIfAborted();
    const { restored, skipped } = await store.restore({ copies: copies.slice(at, at + BATCH), lastNumber });
    sum.restored += restored;
    sum.skipped += skipped;
    onProgress?.(Math.min(at + BATCH, copies.length), copies.length);
  }
  return sum;
}

/** Puts everything into an empty store, with an inbox for everybody who has one. */
export async function fill(
  store: Store,
  snapshot: Snapshot,
  {
    clock,
    inboxes,
    ...options
  }: { clock: SetClock; inboxes: readonly string[]; onProgress?: OnProgress | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  for (const inbox of new Set([...inboxes, ...snapshot.agents])) await store.addInbox(inbox);
  await putSideData(store, snapshot, { clock, agents: [...new Set([...inboxes, ...snapshot.agents])] });
  await putCopies(store, snapshot, options);
}

/** Whose side data are to be put in, and where those that are there stand. */
interface SideOptions {
  /** The clock that the store was opened with, so that times stay what they were. Without it they are now. */
  clock?: SetClock | undefined;
  /** Only of these agents. */
  agents: readonly string[];
}

/** Puts in subscriptions, presence and heartbeats. What the store's agents said of themselves later stays. */
export async function putSideData(store: Store, snapshot: Snapshot, { clock, agents }: SideOptions): Promise<void> {
  const now = clock?.clock() ?? 0;
  await putSubscriptions(store, snapshot, { clock, agents });
  clock?.set(now);
  const { agents: said } = await store.status();
  for (const [agent, presence] of snapshot.presence) {
    const there = Object.hasOwn(said, agent) ? said[agent] : undefined;
    const isSilent = there === undefined || (there.status === 'idle' && there.current_task === null);
    if (agents.includes(agent) && isSilent) await store.setPresence(agent, presence);
  }
  const beats = await store.heartbeats();
  for (const [agent, { status, current_task, last_heartbeat }] of snapshot.heartbeats) {
    const there = Object.hasOwn(beats, agent) ? beats[agent]?.last_heartbeat : undefined;
    const at = timeOf(last_heartbeat);
    if (!agents.includes(agent) || at === undefined || (timeOf(there) ?? 0) >= at) continue;
    clock?.set(at);
    await store.heartbeat(agent, {
      ...(status === undefined ? {} : { status }),
      ...(current_task === undefined ? {} : { currentTask: current_task }),
    });
  }
  clock?.set(now);
}

async function putSubscriptions(store: Store, snapshot: Snapshot, { clock, agents }: SideOptions): Promise<void> {
  const there = await store.subscriptions();
  const has = (channel: string, agent: string) => there.find((one) => one.channel === channel && one.agent === agent);
  for (const agent of snapshot.withoutGeneral) {
    const general = has(GENERAL, agent);
    if (agents.includes(agent) && general && general.subscribed_at === undefined) await store.unsubscribe(GENERAL, agent);
  }
  for (const { channel, agent, subscribed_at } of snapshot.subscriptions) {
    const at = timeOf(subscribed_at);
    const known = has(channel, agent);
    if (!agents.includes(agent) || at === undefined || known?.subscribed_at !== undefined) continue;
    // Everybody reads `general` without a time; only who left it and came back has one.
    if (known) await store.unsubscribe(channel, agent);
    clock?.set(at);
    await store.subscribe(channel, agent);
  }
}
