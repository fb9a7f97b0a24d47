import { agentWord, type Insight, idWord, percent } from './insight.ts';
import type { Metrics } from './metrics.ts';

/** Insights into how much goes where, and what becomes of it. */

export const BACKLOG_MIN_OPEN = 5;
export const BACKLOG_MIN_RECEIVED = 10;
/** So many times what lay open at the middle of the window. */
export const BACKLOG_FACTOR = 2;

export function risingBacklogs({ open_by_agent, messages_by_agent }: Metrics): Insight[] {
  return Object.entries(open_by_agent).flatMap(([agent, { open, open_before }]) => {
    const received = (Object.hasOwn(messages_by_agent, agent) ? messages_by_agent[agent]?.received : 0) ?? 0;
    if (open < BACKLOG_MIN_OPEN || received < BACKLOG_MIN_RECEIVED || open < BACKLOG_FACTOR * Math.max(1, open_before)) return [];
    return {
      code: 'rising_backlog',
      severity: 'warning',
      text: `The backlog of ${agent} rises: ${open} open messages of ${received}, after ${open_before} at the middle of the time.`,
      figures: { agent, open, open_before, received },
      commands: [`comms inbox --as ${agentWord(agent)} --sort oldest`],
    };
  });
}

export const DOMINANT_MIN_MESSAGES = 20;
/** Of two agents one always sends half. */
export const DOMINANT_MIN_AGENTS = 3;
export const DOMINANT_SHARE = 0.6;

export function dominantSenders({ total_messages: total, messages_by_agent }: Metrics): Insight[] {
  const agents = Object.keys(messages_by_agent).length;
  if (total < DOMINANT_MIN_MESSAGES || agents < DOMINANT_MIN_AGENTS) return [];
  return Object.entries(messages_by_agent).flatMap(([agent, { sent }]) => {
    const share = sent / total;
    if (share < DOMINANT_SHARE) return [];
    return {
      code: 'dominant_sender',
      severity: 'info',
      text: `${agent} sends ${percent(share)} of all messages (${sent} of ${total}, among ${agents}).`,
      figures: { agent, sent, total_messages: total, share, agents },
      commands: [`comms stats --as ${agentWord(agent)}`, `comms sent --as ${agentWord(agent)}`],
    };
  });
}

/** A loop of two that never ends looks like that. */
export const LONG_THREAD_MESSAGES = 20;

export function longThreads({ busiest_threads }: Metrics): Insight[] {
  return busiest_threads.flatMap(({ id, messages, agents }) => {
    if (messages < LONG_THREAD_MESSAGES) return [];
    return {
      code: 'long_thread',
      severity: 'warning',
      text: `The thread of ${id} has ${messages} messages of ${agents.length === 1 ? 'one agent' : `${agents.length} agents`}; it may go round in circles.`,
      figures: { thread: id, messages, agents: agents.length },
      commands: [`comms thread ${idWord(id)}`],
    };
  });
}

export const SUCCESS_MIN_DECIDED = 10;
export const SUCCESS_LOW = 0.8;

export function lowSuccess({ success_rate, outcomes: { succeeded, failed } }: Metrics): Insight[] {
  if (success_rate === null || succeeded + failed < SUCCESS_MIN_DECIDED || success_rate >= SUCCESS_LOW) return [];
  return [
    {
      code: 'low_success',
      severity: 'serious',
      text: `Only ${percent(success_rate)} of what was decided succeeded: ${failed} of ${succeeded + failed} failed.`,
      figures: { success_rate, succeeded, failed },
      commands: ['comms dead list'],
    },
  ];
}

export const CONCENTRATED_MIN = 5;
/** Of one agent alone one cannot say that it stands out. */
export const CONCENTRATED_MIN_AGENTS = 2;
export const CONCENTRATED_SHARE = 0.6;

export function retriesConcentrated({ retries, messages_by_agent }: Metrics): Insight[] {
  return concentrated(retries, messages_by_agent).map(
    ({ agent, count, total, share }): Insight => ({
      code: 'retries_concentrated',
      severity: 'warning',
      text: `${percent(share)} of all retries (${count} of ${total}) are of messages to ${agent}.`,
      figures: { agent, retries: count, total, share },
      commands: [`comms agents show ${agentWord(agent)}`, `comms inbox --as ${agentWord(agent)}`],
    }),
  );
}

export function deadLettersConcentrated({ dead_letters, messages_by_agent }: Metrics): Insight[] {
  return concentrated(dead_letters, messages_by_agent).map(
    ({ agent, count, total, share }): Insight => ({
      code: 'dead_letters_concentrated',
      severity: 'serious',
      text: `${percent(share)} of all dead letters (${count} of ${total}) were for ${agent}.`,
      figures: { agent, dead_letters: count, total, share },
      commands: [`comms dead list --inbox ${agentWord(agent)}`],
    }),
  );
}

function concentrated({ total, by_agent }: Metrics['retries'], messages: Metrics['messages_by_agent']) {
  const receivers = Object.values(messages).filter(({ received }) => received > 0).length;
  if (total < CONCENTRATED_MIN || receivers < CONCENTRATED_MIN_AGENTS) return [];
  return Object.entries(by_agent)
    .map(([agent, count]) => ({ agent, count, total, share: count / total }))
    .filter(({ share }) => share >= CONCENTRATED_SHARE);
}
