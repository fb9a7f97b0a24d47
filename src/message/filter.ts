import type { Message } from './message.ts';
import { timeOf } from './time.ts';

/** What messages to let through. Lists mean any of them; what is left out lets everything through. */
export interface MessageFilter {
  status?: readonly string[];
  /** Of built-in types the case does not count; `context.*` is every type that begins so. */
  type?: readonly string[];
  priority?: readonly string[];
  sender?: readonly string[];
  /** In id, subject, details or context; the case does not count. */
  text?: string;
  channel?: string;
  correlationId?: string;
  /** Messages that reference this one. */
  references?: string;
  /** Sent at or after this, in ms since the epoch. */
  since?: number;
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
    (filter.since === undefined || (timeOf(message.timestamp) ?? 0) >= filter.since) &&
    (text === undefined || textOf(message).includes(text));
}

function anyOf(wanted: readonly string[] | undefined, value: string): boolean {
  return wanted === undefined || wanted.length === 0 || wanted.includes(value);
}

function typeMatches(wanted: string, type: string): boolean {
  return wanted.endsWith('.*') ? type.startsWith(wanted.slice(0, -1)) : type === wanted;
}

function textOf({ id, subject, content }: Message): string {
  return `${id}\n${subject}\n${content.details}\n${JSON.stringify(content.context)}`.toLowerCase();
}
