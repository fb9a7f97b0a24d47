import type { Message } from '../../src/message/message.ts';
import { isoOf } from '../../src/message/time.ts';
import type { MetricsRequest } from '../../src/orchestrator/analytics/gather.ts';
import type { Metrics } from '../../src/orchestrator/analytics/metrics.ts';
import { metricsOf } from '../../src/orchestrator/analytics/metrics-of.ts';
import type { SeenCopy } from '../../src/orchestrator/answers.ts';
import type { TrafficEntry } from '../../src/orchestrator/traffic/entry.ts';

export const NOW = Date.parse('2026-01-17T12:00:00.000Z');
export const AGENTS = ['claude', 'gpt', 'gemini'];

/** So many minutes before NOW, ISO 8601. */
export function ago(minutes: number): string {
  return isoOf(NOW - minutes * 60_000);
}

type Change = { [field in keyof Message]?: unknown } & { inbox?: string; section?: SeenCopy['section'] };

let ids = 0;

/** A copy of an INFO from claude to gpt, an hour old, under an id of its own, or what `change` says instead. */
export function copy({ inbox, section = 'active', ...change }: Change = {}): SeenCopy {
  ids += 1;
  const message = {
    id: `msg-${String(ids).padStart(3, '0')}`,
    timestamp: ago(60),
    sender: 'claude',
    recipient: 'gpt',
    type: 'INFO',
    priority: 'medium',
    status: 'PENDING',
    subject: 'Something',
    content: { details: '', context: {}, attachments: [] },
    references: [],
    requires_response: false,
    ...change,
  } as Message;
  return { inbox: inbox ?? String(message.recipient), section, message };
}

/** A question, asked so many minutes ago. */
export function question(minutes: number, change: Change = {}): SeenCopy {
  return copy({ type: 'QUERY', requires_response: true, timestamp: ago(minutes), ...change });
}

/** What the recipient answered to a copy, so many minutes after it. */
export function answer(to: SeenCopy, minutes: number, change: Change = {}): SeenCopy {
  const { message, inbox } = to;
  const timestamp = isoOf(Date.parse(message.timestamp) + minutes * 60_000);
  return copy({
    type: 'RESPONSE',
    sender: inbox,
    recipient: message.sender,
    references: [message.id],
    timestamp,
    status: 'COMPLETED',
    ...change,
  });
}

/** So many of something. */
export function many<T>(count: number, make: (n: number) => T): T[] {
  return Array.from({ length: count }, (_, n) => make(n));
}

/** A line of the log. */
export function entry(change: Partial<TrafficEntry> = {}): TrafficEntry {
  return { at: ago(60), event: 'sent', sender: 'claude', recipients: ['gpt'], type: 'INFO', priority: 'medium', mode: 'direct', ...change };
}

/** What stands in the log of a message that was not passed. */
export function finding(code: NonNullable<TrafficEntry['findings']>[number]['code'], outcome: 'refuse' | 'conflict' = 'refuse') {
  return { findings: [{ rule: 'conflicts' as const, outcome, code }] };
}

export function figures(copies: readonly SeenCopy[], change: Partial<MetricsRequest> = {}): Metrics {
  return metricsOf({ copies, traffic: [], now: NOW, agents: AGENTS, ...change });
}
