import { visible } from '../../message/text.ts';
import type { Style } from '../style.ts';
import type { MessageEvent, WatchEvent } from './event-data.ts';

const WORDS = { waiting: 'waiting', message: 'new    ', status: 'status ', removed: 'removed' } as const;
const PLACES = { active: '', archived: ', archived', dead: ', in the dead letters' } as const;

/** An event for people: two lines that can be read in 50 columns. What others wrote has its control characters made visible. */
export function eventText(event: WatchEvent, style: Style): string {
  const time = style.dim(clockTime(event.at));
  if (event.event === 'ready') return `${time} ${style.dim(`ready   watching ${event.agent ?? 'every inbox'}; Ctrl-C ends`)}`;
  if (event.event === 'error') return `${time} ${style.bad('error')}   ${visible(event.error)}`;
  return `${time} ${factsOf(event, style)}\n         ${partiesOf(event)}  ${line(event.message.subject)}`;
}

function factsOf(event: MessageEvent, style: Style): string {
  const { message } = event;
  const word = event.event === 'message' ? style.good(WORDS.message) : WORDS[event.event];
  const facts = [word, style.id(line(message.id)), style.strong(line(message.type)), priorityOf(line(message.priority), style)];
  return [...facts, ...changeOf(event)].join(' ');
}

/** Only what is not plain from the event itself. */
function changeOf({ event, message, previous_status, section }: MessageEvent): string[] {
  const status = line(message.status);
  if (event === 'removed') return [];
  if (event === 'status') return [`${previous_status === message.status ? '' : `${line(previous_status)} → `}${status}${PLACES[section]}`];
  return status === 'PENDING' && section === 'active' ? [] : [`${status}${PLACES[section]}`];
}

function partiesOf({ message, agent }: MessageEvent): string {
  return `${line(message.sender)} → ${agent}`;
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
