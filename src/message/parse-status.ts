import type { MessageStatus } from './message.ts';

/** The protocol's words and the broker's, which gives what failed out again. */
const WORDS = new Map<string, MessageStatus>([
  ['pending', 'PENDING'],
  ['failed', 'PENDING'],
  ['processing', 'IN_PROGRESS'],
  ['in_progress', 'IN_PROGRESS'],
  ['done', 'COMPLETED'],
  ['completed', 'COMPLETED'],
  ['blocked', 'BLOCKED'],
]);

/** A status in any case, `in progress` and `in-progress` too, or in the broker's words; undefined for anything else. */
export function parseStatus(value: unknown): MessageStatus | undefined {
  if (typeof value !== 'string') return undefined;
  return WORDS.get(
    value
      .trim()
      .toLowerCase()
      .replace(/[\s-]+/g, '_'),
  );
}
