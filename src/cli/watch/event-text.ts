import { visible } from '../../message/text.ts';
import { timeOf } from '../../message/time.ts';
import { lateness } from '../due.ts';
import type { Style } from '../style.ts';
import type { MessageEvent, OverdueEvent, WatchEvent } from './event-data.ts';

const WORDS = { waiting: 'waiting', message: 'new    ', status: 'status ', removed: 'removed' } as const;
const PLACES = { active: '', archived: ', archived', dead: ', in the dead letters', held: ', held' } as const;

/** An event for people: two lines that can be read in 50 columns. What others wrote has its control characters made visible. */
export function eventText(event: WatchEvent, style: Style): string {
  const time = style.dim(clockTime(event.at));
  if (event.event === 'ready') return `${time} ${style.dim(`ready   watching ${event.agent ?? 'every inbox'}; Ctrl-C ends`)}`;
  if (event.event === 'error') return `${time} ${style.bad('error')}   ${visible(event.error)}`;
  const [first, second] = event.event === 'overdue' ? overdueFacts(event, style) : factsOf(event, style);
  return `${time} ${first}\n         ${second}`;
}

/** What is new stands on the first line: the message itself, or its change. */
function factsOf(event: MessageEvent, style: Style): [string, string] {
  const { message, agent } = event;
  const kind = `${style.strong(line(message.type))} ${priorityOf(line(message.priority), style)}`;
  const rest = `${line(message.sender)} → ${agent}  ${line(message.subject)}`;
  const word = event.event === 'message' ? style.good(WORDS.message) : WORDS[event.event];
  const head = `${word} ${style.id(line(message.id))}`;
  if (event.event === 'status') return [`${head} ${changeOf(event)}`, `${kind}  ${rest}`];
  return [`${head} ${kind}`, `${stateOf(event)}${rest}`];
}

function overdueFacts({ message, agent, due_at, at }: OverdueEvent, style: Style): [string, string] {
  const late = lateness((timeOf(at) ?? 0) - (timeOf(due_at) ?? 0));
  return [
    `${style.bad('overdue')} ${style.id(line(message.id))} ${style.strong(line(message.type))} ${priorityOf(line(message.priority), style)}`,
    `${line(message.sender)} → ${agent}  ${line(message.subject)}  (${late})`,
  ];
}

function changeOf({ message, previous_status, section }: MessageEvent): string {
  const before = previous_status === message.status ? '' : `${line(previous_status)} → `;
  return `${before}${line(message.status)}${PLACES[section]}`;
}

/** Only what is not plain from the event itself. */
function stateOf({ event, message, section }: MessageEvent): string {
  const isPlain = event === 'removed' || (message.status === 'PENDING' && section === 'active');
  return isPlain ? '' : `${line(message.status)}${PLACES[section]}  `;
}

function priorityOf(priority: string, style: Style): string {
  if (priority === 'critical') return style.bad(priority);
  return priority === 'high' ? style.warn(priority) : priority;
}

/** The local time of day. */
function clockTime(iso: string): string {
  return new Date(iso).toTimeString().slice(0, 8);
}

/** For what must stay on one line. Hand-written messages may lack a field, or have a number in it. */
function line(text: unknown): string {
  return visible(text === undefined ? '?' : String(text));
}
