import { createAlarm } from '../../core/alarm.ts';
import type { Comms } from '../../core/api.ts';
import { CommsError } from '../../errors.ts';
import { uidOf } from '../../message/uid.ts';
import { messagesOf, type Plan } from './plan.ts';
import type { Told } from './records.ts';

/** Where a simulated agent's process finds what it is to do. */
export const TASK_VARIABLE = 'COMMS_SIMULATED_AGENT';

export interface Task extends Plan {
  agent: string;
}

/** The other end: the process that runs the simulation. */
export interface Parent {
  tell(told: Told): void;
  /** Resolves when it says so, or is gone. */
  hears(word: 'go' | 'stop'): Promise<void>;
}

/**
 * One simulated agent: works on what comes from when it is ready, sends what the plan has from `go` on, and tells of each
 * step until it hears `stop`. An error is told and ends nothing.
 */
export async function actAsAgent(comms: Comms, task: Task, parent: Parent, signal: AbortSignal): Promise<void> {
  const stop = new AbortController();
  const ending = AbortSignal.any([signal, stop.signal]);
  const working = work(comms, task.agent, parent, ending);
  const gone = parent.hears('stop').then(() => stop.abort());
  await Promise.race([parent.hears('go'), gone]);
  for (const request of messagesOf(task.agent, task)) {
    if (ending.aborted) break;
    await tellingErrors(parent, async () => {
      const at = now();
      const { message } = await comms.send(request);
      parent.tell({ told: 'sent', uid: uidOf(message), id: message.id, subject: message.subject, at, ms: now() - at });
    });
  }
  parent.tell({ told: 'sent all' });
  await working;
}

/** Claims and completes whatever comes, woken by the change. */
async function work(comms: Comms, agent: string, parent: Parent, signal: AbortSignal): Promise<void> {
  const alarm = createAlarm();
  const stopped = new Error('stopped');
  signal.addEventListener('abort', () => alarm.fail(stopped), { once: true });
  const watching = comms.watch({
    agent,
    signal,
    onEvent(event) {
      if (event.event === 'ready') parent.tell({ told: 'ready' });
      if (event.event === 'error') parent.tell({ told: 'error', code: 'WATCH', message: event.error });
      alarm.ring();
    },
  });
  watching.catch(alarm.fail);
  try {
    for (;;) {
      await alarm.next();
      while (!signal.aborted && (await workOnOne(comms, agent, parent))) {}
    }
  } catch (error) {
    if (error !== stopped) throw error;
  }
  await watching;
}

/** Whether there was one. */
async function workOnOne(comms: Comms, agent: string, parent: Parent): Promise<boolean> {
  return tellingErrors(parent, async () => {
    const { message } = await comms.claim({ agent });
    const { id } = message;
    const uid = uidOf(message);
    parent.tell({ told: 'claimed', uid, id, at: now() });
    await comms.complete({ agent, id, token: String(message.delivery?.lease_token) });
    parent.tell({ told: 'completed', uid, id, at: now() });
  });
}

/** Whether there is any use in going on. */
async function tellingErrors(parent: Parent, act: () => Promise<void>): Promise<boolean> {
  try {
    await act();
    return true;
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    if (error.code === 'NOTHING_TO_CLAIM') return false;
    parent.tell({ told: 'error', code: error.code, message: error.message });
    return true;
  }
}

/** Comparable between processes of one machine. */
function now(): number {
  return performance.timeOrigin + performance.now();
}
