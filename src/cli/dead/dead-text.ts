import type { Place } from '../../core/requests.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';
import { ageOf } from '../age.ts';
import { type LayoutOptions, messageLines } from '../layout.ts';

/** A dead letter in a list: the message, since when it is dead and after how many attempts, and the last error. */
export function deadLines(message: Message, place: Place | undefined, options: LayoutOptions): string {
  const { dead_at, attempts = 0, last_error } = message.delivery ?? {};
  const since = typeof dead_at === 'string' ? `dead ${ageOf(visible(dead_at), options.now)}` : 'dead';
  const tried = attempts === 0 ? 'never taken' : `${attempts} attempt${attempts === 1 ? '' : 's'}`;
  const error = last_error === undefined ? '' : `: ${visible(last_error)}`;
  return `${messageLines(message, options, place)}\n  ${options.style.dim(`${since}, ${tried}`)}${error}`;
}
