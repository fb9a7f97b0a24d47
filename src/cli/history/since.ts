import { CommsError } from '../../errors.ts';
import { momentOf } from '../replay/moment.ts';

/** What --since means: a time, where it reads as one, else a revision. `now` in ms. */
export function sinceFrom(text: string | undefined, now: number): { since?: number; after?: string } {
  if (text === undefined) return {};
  try {
    const since = momentOf('--since', text, now);
    return since === undefined ? {} : { since };
  } catch (error) {
    if (error instanceof CommsError && error.code === 'USAGE') return { after: text };
    throw error;
  }
}
