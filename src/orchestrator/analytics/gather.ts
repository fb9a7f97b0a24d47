import { isBounce } from '../../message/answers.ts';
import type { Message } from '../../message/message.ts';
import { timeOf } from '../../message/time.ts';
import { type AnswersTo, answersIn, delivered, type Groups, type SeenCopy } from '../answers.ts';
import type { TrafficEntry } from '../traffic/entry.ts';

export interface MetricsRequest {
  /** Of every section; answers to what is counted among them. */
  copies: readonly SeenCopy[];
  /** The log, as far as it goes back. */
  traffic: readonly TrafficEntry[];
  /** ms since the epoch. */
  now: number;
  /** Only what was sent from then on, and before then; ms since the epoch. */
  since?: number;
  until?: number;
  /** The registered agents. */
  agents: readonly string[];
  groups?: Groups;
  /** Only what this agent sent, or what came to these inboxes. */
  agent?: { name: string; inboxes: readonly string[] };
}

/** What the figures are taken of. */
export interface Gathered {
  /** What counts, without bounces. */
  copies: SeenCopy[];
  /** One for each id. */
  messages: Message[];
  traffic: TrafficEntry[];
  answersTo: AnswersTo;
  groups: Groups;
  agents: readonly string[];
  now: number;
  /** ms since the epoch; undefined where there is no message. */
  since: number | undefined;
  until: number | undefined;
}

/** Sorts out what counts. Answers are found among all messages, also those outside of the window. */
export function gather(request: MetricsRequest): Gathered {
  const { agents, now, groups = {}, agent } = request;
  const mine = ({ inbox, message }: SeenCopy) => agent === undefined || message.sender === agent.name || agent.inboxes.includes(inbox);
  const copies = request.copies.filter((copy) => !isBounce(copy.message) && isWithin(copy.message.timestamp, request) && mine(copy));
  const messages = oneOfEach(copies);
  const times = messages.flatMap(({ timestamp }) => timeOf(timestamp) ?? []);
  return {
    copies,
    messages,
    traffic: request.traffic.filter((entry) => isWithin(entry.at, request) && isOf(entry, agent)),
    answersTo: answersIn(oneOfEach(delivered(request.copies)), groups),
    groups,
    agents: agent === undefined ? agents : [agent.name],
    now,
    since: request.since ?? extreme(times, Math.min),
    until: request.until ?? (request.since === undefined ? extreme(times, Math.max) : now),
  };
}

/** What has no time that can be read is left out where a window is asked for. */
function isWithin(iso: unknown, { since, until }: Pick<MetricsRequest, 'since' | 'until'>): boolean {
  if (since === undefined && until === undefined) return true;
  const at = timeOf(iso);
  return at !== undefined && (since === undefined || at >= since) && (until === undefined || at < until);
}

function isOf({ sender, recipients }: TrafficEntry, agent: MetricsRequest['agent']): boolean {
  return agent === undefined || sender === agent.name || recipients.some((name) => agent.inboxes.includes(name));
}

/** A broadcast has a copy in every inbox. What was written by hand without an id is a message of its own. */
function oneOfEach(copies: readonly SeenCopy[]): Message[] {
  const byId = new Map<string | Message, Message>();
  for (const { message } of copies) {
    const key = message.id || message;
    if (!byId.has(key)) byId.set(key, message);
  }
  return [...byId.values()];
}

function extreme(values: readonly number[], pick: (a: number, b: number) => number): number | undefined {
  return values.length === 0 ? undefined : values.reduce((a, b) => pick(a, b));
}
