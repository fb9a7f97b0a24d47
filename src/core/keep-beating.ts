import type { Presence } from '../store/store.ts';
import type { CoreContext } from './context.ts';

/** Heartbeats of an agent, for as long as a loop of its runs. */
export interface Beats {
  begin(): void;
  /** To be called when `tasks` changed. Several changes at once make one heartbeat. */
  changed(): void;
  end(): Promise<void>;
}

const MOST_BETWEEN_BEATS_MS = 30_000;
const SETTLE_MS = 200;
/** An id may be anything that somebody wrote by hand. */
const MOST_TASK_CHARACTERS = 200;

/** A heartbeat now and before the last one is stale; with `tasks` they say what is worked on. One that fails is missed by nobody but who looks for it. */
export function keepBeating(
  { store, workspace: { settings } }: CoreContext,
  agent: string,
  { tasks }: { tasks?: ReadonlySet<string> },
): Beats {
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let said = '';
  const presence = (): Presence => {
    if (!tasks) return {};
    return tasks.size === 0
      ? { status: 'idle', currentTask: null }
      : { status: 'working', currentTask: [...tasks].join(', ').slice(0, MOST_TASK_CHARACTERS) };
  };
  const beat = async () => {
    const now = presence();
    said = JSON.stringify(now);
    await store.heartbeat(agent, now).catch(() => undefined);
  };
  const beatIfChanged = async () => {
    soon = undefined;
    if (JSON.stringify(presence()) !== said) await beat();
  };
  return {
    begin() {
      void beat();
      timer = setInterval(() => void beat(), Math.min(MOST_BETWEEN_BEATS_MS, Math.max(1, settings.staleAfterMs / 3)));
    },
    changed() {
      if (timer !== undefined) soon ??= setTimeout(() => void beatIfChanged(), SETTLE_MS);
    },
    async end() {
      clearInterval(timer);
      clearTimeout(soon);
      timer = undefined;
      if (tasks) await beatIfChanged();
    },
  };
}
