import type { Place } from '../../core/requests.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import { ageOf } from '../age.ts';
import { type LayoutOptions, messageLines } from '../layout.ts';

/** A held message in a list: the message, since when it is held, and why. */
export function heldLines(message: Message, place: Place | undefined, options: LayoutOptions): string {
  const reason = textIn(message, 'held_reason');
  return `${messageLines(message, options, place)}\n  ${options.style.dim(heldSince(message, options.now))}${reason === undefined ? '' : `: ${visible(reason)}`}`;
}

/** "held 5m ago". */
export function heldSince(message: Message, now: number): string {
  const at = textIn(message, 'held_at');
  return at === undefined ? 'held' : `held ${ageOf(visible(at), now)}`;
}

/** What somebody wrote by hand may be anything. */
function textIn({ delivery }: Message, field: string): string | undefined {
  const value = delivery?.[field];
  return typeof value === 'string' ? value : undefined;
}
