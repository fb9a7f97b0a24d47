import type { Message } from './message.ts';
import { timeOf } from './time.ts';

/** What messages to let through. Lists mean any of them; what is left out, or an empty list, lets everything through. */
export interface MessageFilter {
  status?: readonly string[];
  /** The case does not count; `context.*` is every type that begins so. */
  type?: readonly string[];
  priority?: readonly string[];
  sender?: readonly string[];
  /** In id, subject, details or the values of context, at any depth; the case does not count. */
  text?: string;
  channel?: string;
  correlationId?: string;
  /** Messages that reference this one. */
  references?: string;
  /** Sent at or after this, in ms since the epoch. */
  since?: number;
  /** Sent at or before this, in ms since the epoch. */
  until?: number;
}

export function matches(filter: MessageFilter): (message: Message) => boolean {
  const text = filter.text?.toLowerCase();
  const types = filter.type?.map((type) => type.toLowerCase());
  return (message) =>
    anyOf(filter.status, message.status) &&
    (types === undefined || types.length === 0 || types.some((type) => typeMatches(type, message.type.toLowerCase()))) &&
    anyOf(filter.priority, message.priority) &&
    anyOf(filter.sender, message.sender) &&
    (filter.channel === undefined || message.channel === filter.channel) &&
    (filter.correlationId === undefined || message.correlation_id === filter.correlationId) &&
    (filter.references === undefined || message.references.includes(filter.references)) &&
    (filter.since === undefined || (timeOf(message.timestamp) ?? Number.NEGATIVE_INFINITY) >= filter.since) &&
    (filter.until === undefined || (timeOf(message.timestamp) ?? Number.POSITIVE_INFINITY) <= filter.until) &&
    (text === undefined || holds(message, text));
}

function anyOf(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

/** Both in lower case. */
export function typeMatches(wanted: string, type: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function holds({ id, subject, content }: Message, text: string): boolean {
  // A list of its own instead of recursion: what was written by hand may be nested deeper than the call stack.
  const rest: unknown[] = [content.context, content.details, subject, id];
  while (rest.length > 0) {
    const value = rest.pop();
    if (typeof value === 'object' && value !== null) for (const member of Object.values(value)) rest.push(member);
    else if (value !== null && String(value).toLowerCase().includes(text)) return true;
  }
  return false;
}
