import { type Due, dueAt, dueOf } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { timeOf } from '../message/time.ts';
import type { Section } from './requests.ts';

/** Where somebody may work on a copy comes first, then what is finished, what waits for a decision, and what is dead. */
export const EVERY_SECTION: Section[] = ['active', 'archived', 'held', 'dead'];

/** When something comes due for a copy in this section without anybody's doing, in ms since the epoch; undefined for never. */
export function dueAtIn(section: Section, message: Message): number | undefined {
  if (section === 'active') return dueAt(message);
  return section === 'held' ? timeOf(message.expires_at) : undefined;
}

/** What has come due for a copy in this section. What is held only expires, whatever status somebody wrote into it. */
export function dueOfIn(section: Section, message: Message, now: number, maxAttempts: number): Due | undefined {
  if (section === 'active') return dueOf(message, now, maxAttempts);
  const end = dueAtIn(section, message);
  return end !== undefined && end <= now ? 'expired' : undefined;
}
