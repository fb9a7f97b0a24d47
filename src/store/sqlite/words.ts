import type { MessageStatus, Priority } from '../../message/message.ts';

/** The broker's words for a status. Its "failed" is not among them: what failed waits again, or lies in the dead letters. */
export const STATUS_WORDS = {
  PENDING: 'pending',
  IN_PROGRESS: 'processing',
  COMPLETED: 'done',
  BLOCKED: 'blocked',
} as const satisfies Record<MessageStatus, string>;

export type StatusWord = (typeof STATUS_WORDS)[MessageStatus];

const STATUSES = new Map<string, MessageStatus>(Object.entries(STATUS_WORDS).map(([status, word]) => [word, status as MessageStatus]));

/** @throws Error for a word that is none of ours */
export function statusOf(word: string): MessageStatus {
  const status = STATUSES.get(word);
  if (status === undefined) throw new Error(`"${word}" is no status of a message.`);
  return status;
}

/** The broker's priorities, 1 to 10; the highest number is the most urgent. */
export const PRIORITY_NUMBERS = { critical: 10, high: 8, medium: 5, low: 2 } as const satisfies Record<Priority, number>;
