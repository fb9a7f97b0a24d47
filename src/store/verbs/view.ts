import { buried, type Due, returned } from '../../message/lifecycle.ts';
import type { Message } from '../../message/message.ts';
import { dueOfIn } from '../sections.ts';
import type { Copy } from '../store.ts';

export type DeadReason = 'failed' | 'expired' | 'rejected';

/**
 * The copy as it is now, though no sweep has been yet: what is due is shown as if one had just been. For readers, who change
 * nothing, and for who acts on a copy, so that what they may do does not depend on who swept when.
 */
export function viewOf(copy: Copy, now: number, maxAttempts: number): Copy {
  const due = dueOfIn(copy.section, copy.message, now, maxAttempts);
  if (due === undefined) return copy;
  if (due === 'return') return { ...copy, message: returned(copy.message) };
  return { ...copy, section: 'dead', message: deadOf(copy, due === 'expired' ? 'expired' : 'failed', now, errorOf(due)) };
}

/** A copy as a dead letter. Its recipient is the inbox where it lay, whatever somebody wrote by hand: that is where it goes back to. */
export function deadOf(copy: Copy, reason: DeadReason, now: number, error?: string): Message {
  const dead = buried(copy.message, reason, now, error);
  return dead.recipient === copy.inbox ? dead : { ...dead, recipient: copy.inbox };
}

/** What a copy is said to have died of, where nobody said it. */
export function errorOf(why: Due): string | undefined {
  return why === 'exhausted' ? 'The lease ran out.' : undefined;
}
