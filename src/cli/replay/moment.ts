import { CommsError } from '../../errors.ts';
import { parseDuration } from '../../message/duration.ts';
import { quote } from '../../message/text.ts';
import { timeOf } from '../../message/time.ts';

/** A moment as somebody types it, in ms: "2h" is two hours before `now`; else ISO 8601, a date alone its beginning (UTC). @throws USAGE */
export function momentOf(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d/.test(text.trim()) ? timeOf(text.trim()) : agoOf(text, now);
  if (time !== undefined) return time;
  throw new CommsError('USAGE', `${option} takes a time or how long ago it was; ${quote(text)} is neither.`, {
    hint: `For example: ${option} 2h, ${option} 2026-01-17 or ${option} 2026-01-17T12:00:00Z`,
    details: { option, value: text },
  });
}

function agoOf(text: string, now: number): number | undefined {
  try {
    return now - parseDuration(text);
  } catch (error) {
    if (error instanceof CommsError) return undefined;
    throw error;
  }
}
