import { formatDuration } from '../../message/duration.ts';
import { agentWord, type Insight, idWord } from './insight.ts';
import type { Metrics, Waiting } from './metrics.ts';
import { medianOf } from './statistics.ts';

/** Insights into who answers whom, and who does not. */

const MINUTE_MS = 60_000;

/** Fewer answers say nothing of an agent. */
export const SLOW_MIN_ANSWERS = 5;
/** So many times the median of the others. */
export const SLOW_FACTOR = 3;
/** Faster than that nobody is slow. */
export const SLOW_MIN_MS = MINUTE_MS;

export function slowResponders({ response_times: { by_agent } }: Metrics): Insight[] {
  const known = Object.entries(by_agent).flatMap(([agent, { count, median_ms }]) =>
    count >= SLOW_MIN_ANSWERS && median_ms !== null ? [{ agent, answers: count, median_ms }] : [],
  );
  return known.flatMap(({ agent, answers, median_ms }) => {
    const others = known.filter((one) => one.agent !== agent).map((one) => one.median_ms);
    const others_median_ms = medianOf(others.sort((a, b) => a - b));
    if (others_median_ms === null || median_ms < SLOW_MIN_MS || median_ms < SLOW_FACTOR * others_median_ms) return [];
    return {
      code: 'slow_responder',
      severity: 'warning',
      text: `${agent} takes ${formatDuration(median_ms)} to answer (median of ${answers}), the others ${formatDuration(others_median_ms)}.`,
      figures: { agent, answers, median_ms, others_median_ms },
      commands: [`comms agents show ${agentWord(agent)}`, `comms inbox --as ${agentWord(agent)}`],
    };
  });
}

export const UNANSWERED_MIN_ASKED = 5;
/** Whoever asked a moment ago cannot have an answer yet. */
export const UNANSWERED_MIN_AGE_MS = 10 * MINUTE_MS;

export function unansweredSenders({ asked: { by_sender } }: Metrics): Insight[] {
  return Object.entries(by_sender).flatMap(([agent, { asked, answered, oldest_unanswered_ms: oldest }]) => {
    if (asked < UNANSWERED_MIN_ASKED || answered > 0 || oldest === null || oldest < UNANSWERED_MIN_AGE_MS) return [];
    return {
      code: 'unanswered_sender',
      severity: 'serious',
      text: `Nobody answers ${agent}: it asked ${asked} times, the first ${formatDuration(oldest)} ago, and got no answer.`,
      figures: { agent, asked, answered, oldest_unanswered_ms: oldest },
      commands: [`comms sent --as ${agentWord(agent)}`],
    };
  });
}

export const QUIET_MIN_RECEIVED = 5;
/** Whoever was written to a moment ago may be at work. */
export const QUIET_MIN_AGE_MS = 10 * MINUTE_MS;

export function quietAgents({ messages_by_agent, open_by_agent }: Metrics, agents: readonly string[]): Insight[] {
  return Object.entries(messages_by_agent).flatMap(([agent, { sent, received }]) => {
    const open = own(open_by_agent, agent);
    const oldest_open_ms = open?.oldest_ms ?? 0;
    if (!agents.includes(agent) || sent > 0 || received < QUIET_MIN_RECEIVED || oldest_open_ms < QUIET_MIN_AGE_MS) return [];
    return {
      code: 'quiet_agent',
      severity: 'warning',
      text: `${agent} got ${received} messages and sent none; the oldest that is open waits for ${formatDuration(oldest_open_ms)}.`,
      figures: { agent, received, sent, open: open?.open ?? 0, oldest_open_ms },
      commands: [`comms agents show ${agentWord(agent)}`, `comms inbox --as ${agentWord(agent)}`],
    };
  });
}

/** Two who asked each other a moment ago are at work on it. */
export const MUTUAL_MIN_AGE_MS = 5 * MINUTE_MS;

export function mutualWaiting({ waiting }: Metrics): Insight[] {
  const isOld = ({ oldest_ms }: Waiting) => oldest_ms !== null && oldest_ms >= MUTUAL_MIN_AGE_MS;
  const old = new Map(waiting.filter(isOld).map((pair) => [JSON.stringify([pair.from, pair.to]), pair]));
  return [...old.values()].flatMap((pair) => {
    const back = pair.from < pair.to ? old.get(JSON.stringify([pair.to, pair.from])) : undefined;
    if (back === undefined) return [];
    return {
      code: 'mutual_waiting',
      severity: 'serious',
      text: `${pair.from} and ${pair.to} wait for each other: ${pair.oldest_id} and ${back.oldest_id} have no answer.`,
      figures: {
        from: pair.from,
        to: pair.to,
        count: pair.count,
        oldest_ms: pair.oldest_ms ?? 0,
        oldest_id: pair.oldest_id,
        count_back: back.count,
        oldest_back_ms: back.oldest_ms ?? 0,
        oldest_back_id: back.oldest_id,
      },
      commands: [`comms thread ${idWord(pair.oldest_id)}`, `comms thread ${idWord(back.oldest_id)}`],
    };
  });
}

export const OVERDUE_MIN = 3;

export function overduePiles({ overdue: { by_agent } }: Metrics): Insight[] {
  return Object.entries(by_agent).flatMap(([agent, { count, longest_ms }]) => {
    if (count < OVERDUE_MIN) return [];
    return {
      code: 'overdue_pile',
      severity: 'serious',
      text: `${agent} owes ${count} answers that are overdue, the first for ${formatDuration(longest_ms)}.`,
      figures: { agent, overdue: count, longest_ms },
      commands: [`comms overdue --as ${agentWord(agent)}`],
    };
  });
}

/** Names come from anybody, and "constructor" is one that every object has. */
function own<T>(record: Record<string, T>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
