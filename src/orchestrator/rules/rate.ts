import { PHASE_BUCKET } from '../plan/phase-limit.ts';
import type { Rule } from '../verdict.ts';

import { refusal } from './words.ts';

/** How fast agents may send. Told beforehand; when the message is sent, the store takes the tokens in the same step. */
export const rateRule: Rule = ({ levels }) => {
  const [last] = levels
    .filter(({ key, retryAfterMs }) => !key.startsWith(PHASE_BUCKET) && retryAfterMs > 0)
    .sort((a, b) => b.retryAfterMs - a.retryAfterMs);
  if (!last) return [];
  const { name, capacity, retryAfterMs, retryAt } = last;
  const details = { limit: name, capacity, retry_after_ms: retryAfterMs, retry_at: retryAt };
  return [
    refusal(
      'RATE_LIMITED',
      `The rate limit of ${name} is reached until ${retryAt}.`,
      `Try again after ${retryAt}, or let it wait with --wait.`,
      details,
    ),
  ];
};
