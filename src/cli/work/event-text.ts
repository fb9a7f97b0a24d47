import type { BreakerChange } from '../../core/guarded.ts';
import { formatDuration } from '../../message/duration.ts';
import { firstLine, visible } from '../../message/text.ts';
import { timeOf } from '../../message/time.ts';
import { timeLeft } from '../holder.ts';
import type { Style } from '../style.ts';
import type { HandledEvent, WorkEvent } from './event-data.ts';

const MOST_CHARACTERS = 200;

/** An event for people. What others wrote, the command too, has its control characters made visible. */
export function eventText(event: Exclude<WorkEvent, { event: 'breaker' }>, style: Style): string {
  const time = style.dim(clockTime(event.at));
  if (event.event === 'ready') return `${time} ${style.dim(`ready     working for ${event.agent}; Ctrl-C ends`)}`;
  if (event.event !== 'claimed') return `${time} ${handledText(event, style)}`;
  const { message } = event;
  const kind = `${style.strong(line(message.type))} ${line(message.priority)}`;
  return `${time} claimed   ${style.id(line(message.id))} ${kind}\n         ${line(message.sender)} → ${line(message.recipient)}  ${line(message.subject)}`;
}

/** A change of the breaker, for people. */
export function breakerWarning(change: BreakerChange): string {
  if (change.state === 'closed') return 'the command works again: the breaker is closed';
  if (change.state === 'half-open') return 'the breaker is half-open: one message is tried';
  return `the command failed too often in a row: nothing is claimed until ${change.until}`;
}

function handledText(event: HandledEvent, style: Style): string {
  const { message, duration_ms, error } = event;
  const head = `${wordOf(event, style)} ${style.id(line(message.id))} after ${formatDuration(duration_ms)}`;
  const said = error ?? (event.event === 'completed' ? message.delivery?.result : undefined);
  const first = said === undefined ? '' : firstLine(visible(said, { newlines: true }), MOST_CHARACTERS);
  return `${head}${nextOf(event)}${first === '' ? '' : `\n         ${first}`}`;
}

/** All of the same width. */
function wordOf({ event }: HandledEvent, style: Style): string {
  switch (event) {
    case 'completed':
      return style.good('completed');
    case 'settled':
      return style.good('settled  ');
    case 'failed':
      return style.warn('failed   ');
    case 'dead':
      return style.bad('dead     ');
    case 'lost':
      return style.bad('lost     ');
    case 'released':
      return 'released ';
  }
}

/** What happens to the message now, where that is not plain. */
function nextOf({ event, message, at }: HandledEvent): string {
  if (event === 'settled') return ', by the command itself';
  if (event === 'lost') return '; its result is not taken';
  if (event === 'dead')
    return message.delivery?.dead_reason === 'rejected' ? ', rejected' : `, at attempt ${message.delivery?.attempts ?? 1}`;
  const again = timeOf(message.not_before);
  const wait = again === undefined ? '' : `, again in ${timeLeft(message.not_before, timeOf(at) ?? again)}`;
  if (event === 'failed') return `, attempt ${message.delivery?.attempts ?? 1}${wait}`;
  return event === 'released' ? wait : '';
}

/** The local time of day. */
function clockTime(iso: string): string {
  return new Date(iso).toTimeString().slice(0, 8);
}

/** For what must stay on one line. Hand-written messages may lack a field, or have a number in it. */
function line(text: unknown): string {
  return visible(text === undefined ? '?' : String(text));
}
