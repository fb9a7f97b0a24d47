import type { Attachment, Message } from '../message/message.ts';
import { visible } from '../message/text.ts';
import { ageOf } from './age.ts';
import type { Style } from './style.ts';

export interface LayoutOptions {
  style: Style;
  /** ms since the epoch. */
  now: number;
}

/**
 * One message in a list: what matters for choosing on the first line, the subject on the second, so that it can be read
 * in 60 columns. All that others wrote has its control characters made visible.
 */
export function messageLines(message: Message, { style, now }: LayoutOptions): string {
  const { id, type, priority, status, sender, recipient, subject, timestamp } = message;
  const facts = [
    style.id(line(id)),
    style.strong(line(type)),
    priorityOf(line(priority), style),
    statusOf(line(status), style),
    `${line(sender)} → ${line(recipient)}`,
    style.dim(ageOf(line(timestamp), now)),
  ];
  return `${facts.join('  ')}\n  ${line(subject)}`;
}

/** A list of messages, or what to say where it is empty. */
export function messageList(messages: readonly Message[], empty: string, options: LayoutOptions): string {
  return messages.length === 0 ? empty : messages.map((message) => messageLines(message, options)).join('\n');
}

/** A whole message, for reading. */
export function messageText(message: Message, { style, now }: LayoutOptions): string {
  // What people write by hand may lack any of these, or have one value where a list belongs.
  const { details, context, attachments }: Partial<Message['content']> = message.content ?? {};
  const { delivery } = message;
  const facts: [name: string, value: string | undefined][] = [
    ['from', message.sender],
    ['to', message.recipient],
    ['sent', message.timestamp && `${message.timestamp} (${ageOf(String(message.timestamp), now)})`],
    ['follows', [message.references ?? []].flat().join(', ')],
    ['channel', message.channel],
    ['thread', message.correlation_id],
    ['wants an answer', message.requires_response ? 'yes' : undefined],
    ['expires', message.expires_at],
    ['claimed by', claimOf(delivery)],
    ['attempts', delivery?.attempts?.toString()],
    ['last error', delivery?.last_error],
    ['result', delivery?.result],
    ['attached', [attachments ?? []].flat().map(attachmentName).join(', ')],
  ];
  return [
    `${style.id(line(message.id))}  ${style.strong(line(message.type))}  ${priorityOf(line(message.priority), style)}  ${statusOf(line(message.status), style)}`,
    style.strong(line(message.subject)),
    ...facts.filter(([, value]) => value).map(([name, value]) => `${style.dim(`${name}:`)} ${line(value ?? '')}`),
    '',
    textOf(details ?? ''),
    ...contextLines(context ?? {}, style),
  ]
    .join('\n')
    .trimEnd();
}

function attachmentName(item: Attachment | string): string {
  return typeof item === 'string' ? item : String(item?.path ?? '?');
}

function contextLines(context: Record<string, unknown>, style: Style): string[] {
  const entries = Object.entries(context);
  if (entries.length === 0) return [];
  return ['', ...entries.flatMap(([key, value]) => valueLines(line(key), value, style))];
}

/** A text or a number stands beside its name, a list below it, anything else as JSON. */
function valueLines(name: string, value: unknown, style: Style): string[] {
  const label = style.dim(`${name}:`);
  if (Array.isArray(value) && value.length > 0) return [label, ...value.map((item) => `  - ${indented(textOf(item))}`)];
  return [`${label} ${indented(textOf(value))}`];
}

function textOf(value: unknown): string {
  return visible(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''), { newlines: true });
}

function indented(text: string): string {
  return text.replaceAll('\n', '\n    ');
}

function claimOf(delivery: Message['delivery']): string | undefined {
  if (!delivery?.claimed_by) return undefined;
  return delivery.lease_expires_at ? `${delivery.claimed_by} until ${delivery.lease_expires_at}` : delivery.claimed_by;
}

function priorityOf(priority: string, style: Style): string {
  if (priority === 'critical') return style.bad(priority);
  return priority === 'high' ? style.warn(priority) : priority;
}

function statusOf(status: string, style: Style): string {
  if (status === 'COMPLETED') return style.good(status);
  return status === 'BLOCKED' ? style.bad(status) : status;
}

/** For what must stay on one line. Hand-written messages may lack a field, or have a number in it. */
function line(text: unknown): string {
  return visible(text === undefined ? '?' : String(text));
}
