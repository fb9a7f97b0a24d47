import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import { isReplay, referencesOf } from './messages.ts';

export { isAck, isBounce } from '../message/answers.ts';

/**
 * Whether a message follows the one that was asked: it refers to it, or shares its correlation id and came after it. The
 * question that the asked one answers itself shares that id too, and may still be PENDING. A replay refers to what it says
 * again, and answers nothing.
 */
export function followsOn(asked: Message): (message: Message) => boolean {
  const correlationIds = [asked.id, asked.correlation_id];
  const since = timeOf(asked.timestamp) ?? 0;
  const before = new Set([asked.id, ...referencesOf(asked)]);
  return (message) =>
    !isReplay(message) &&
    (referencesOf(message).includes(asked.id) ||
      (message.correlation_id !== undefined &&
        correlationIds.includes(message.correlation_id) &&
        !before.has(message.id) &&
        (timeOf(message.timestamp) ?? 0) >= since));
}
