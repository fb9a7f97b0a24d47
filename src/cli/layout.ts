import type { CopyOutcome, Messages, Place } from '../core/requests.ts';
import type { Attachment, Message } from '../message/message.ts';
import { visible } from '../message/text.ts';
import { ageOf } from './age.ts';
import { dueIn, dueText } from './due.ts';
import type { Style } from './style.ts';

export interface LayoutOptions {
  style: Style;
  /** ms since the epoch. */
  now: number;
  /** Who a message went to, where one line stands for several copies of it. */
  recipients?: readonly string[];
}

/**
 * One message in a list: what matters for choosing on the first line, the subject on the second, so that it can be read
 * in 60 columns. All that others wrote has its control characters made visible. What is dead, held or archived says so, and
 * where it lies.
 */
export function messageLines(
  message: Message,
  { style, now, recipients = [] }: LayoutOptions,
  place?: Place,
  state = stateOf(message, style, place),
): string {
  const { id, type, priority, sender, recipient, subject, timestamp } = message;
  const facts = [
    style.id(line(id)),
    style.strong(line(type)),
    priorityOf(line(priority), style),
    state,
    `${line(sender)} → ${recipients.length > 1 ? namesOf(recipients) : `${line(recipient)}${place && place.inbox !== recipient ? ` (${line(place.inbox)})` : ''}`}`,
    style.dim(ageOf(line(timestamp), now)),
    ...dueFact(message, { style, now }, place),
  ];
  const where = place?.file !== undefined && place.section !== 'active' ? `\n  ${style.dim(`in ${line(place.file)}`)}` : '';
  return `${facts.join('  ')}\n  ${line(subject)}${where}`;
}

/** When the answer is due, where somebody can still give it. */
function dueFact(message: Message, { style, now }: LayoutOptions, place: Place | undefined): string[] {
  const due = place === undefined || place.section === 'active' ? dueIn(message, now) : undefined;
  if (due === undefined) return [];
  return [due.endsWith('late') ? style.bad(due) : style.warn(`due ${due}`)];
}

/** A list of messages. */
export function messageList({ messages, places }: Pick<Messages, 'messages' | 'places'>, options: LayoutOptions): string {
  return messages.map((message, n) => messageLines(message, options, places[n])).join('\n');
}

/** A whole message, for reading. */
export function messageText(message: Message, { style, now }: LayoutOptions, place?: Place): string {
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
    ['due', dueText(message, now)],
    ['expires', message.expires_at],
    ['claimed by', claimOf(delivery)],
    ['attempts', delivery?.attempts?.toString()],
    ['last error', delivery?.last_error],
    ...decisionOf(delivery),
    ['result', delivery?.result],
    ['attached', [attachments ?? []].flat().map(attachmentName).join(', ')],
  ];
  return [
    `${style.id(line(message.id))}  ${style.strong(line(message.type))}  ${priorityOf(line(message.priority), style)}  ${stateOf(message, style, place)}`,
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

/** Why a message was held, and what was decided. What somebody wrote by hand may be anything. */
function decisionOf(delivery: Message['delivery']): [name: string, value: string | undefined][] {
  const text = (field: string) => (typeof delivery?.[field] === 'string' ? delivery[field] : undefined);
  const at = text('released_at');
  return [
    ['held because', text('held_reason')],
    ['released', at === undefined ? undefined : `by ${text('released_by') ?? 'a person'}, ${at}`],
    ['release note', text('released_note')],
    ['rejected by', text('rejected_by')],
  ];
}

function claimOf(delivery: Message['delivery']): string | undefined {
  if (!delivery?.claimed_by) return undefined;
  return delivery.lease_expires_at ? `${delivery.claimed_by} until ${delivery.lease_expires_at}` : delivery.claimed_by;
}

/** "gpt, gemini, mistral", or "gpt, gemini and 18 others" where they are more. */
function namesOf(names: readonly string[]): string {
  const shown = names.length > 3 ? 2 : names.length;
  const rest = names.length - shown;
  return `${names.slice(0, shown).map(line).join(', ')}${rest > 0 ? ` and ${rest} others` : ''}`;
}

function priorityOf(priority: string, style: Style): string {
  if (priority === 'critical') return style.bad(priority);
  return priority === 'high' ? style.warn(priority) : priority;
}

/** What the copies of one message come to, such as "2 COMPLETED, 1 DEAD"; undefined where they all stand alike. */
export function mixedState(copies: readonly CopyOutcome[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { section, status, reason } of copies) {
    const state = section === undefined || section === 'active' ? line(status ?? reason).toUpperCase() : section.toUpperCase();
    counts.set(state, (counts.get(state) ?? 0) + 1);
  }
  return counts.size < 2 ? undefined : [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}

/** What is dead or held is PENDING in its envelope, so that a redrive or a release need not change that. */
function stateOf({ status, delivery }: Message, style: Style, place: Place | undefined): string {
  if (place?.section === 'archived') return style.dim('ARCHIVED');
  if (place?.section === 'held') return style.warn('HELD');
  if (place?.section !== 'dead') return statusOf(line(status), style);
  const reason = delivery?.dead_reason;
  return style.bad(typeof reason === 'string' ? `DEAD (${line(reason)})` : 'DEAD');
}

function statusOf(status: string, style: Style): string {
  if (status === 'COMPLETED') return style.good(status);
  return status === 'BLOCKED' ? style.bad(status) : status;
}

/** For what must stay on one line. Hand-written messages may lack a field, or have a number in it. */
function line(text: unknown): string {
  return visible(text === undefined ? '?' : String(text));
}
