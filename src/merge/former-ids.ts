import { compareIds } from '../message/ids.ts';
import { isObject } from '../message/json.ts';
import type { Message } from '../message/message.ts';

/** An id that a message had before it got another one. Who wrote until then may mean this message by it. */
export interface FormerId {
  id: string;
  /** ISO 8601. */
  until: string;
}

/** The ids that a message had, as `metadata.former_ids` has them. What somebody else wrote there is none. */
export function formerIdsOf({ metadata }: Pick<Message, 'metadata'>): FormerId[] {
  return formerIdsIn(metadata?.former_ids);
}

export function formerIdsIn(value: unknown): FormerId[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (!isObject(entry) || typeof entry.id !== 'string' || typeof entry.until !== 'string') return [];
    return [{ id: entry.id, until: entry.until }];
  });
}

/** Both lists as one, each id once with its latest time, ascending by id. */
export function unitedFormerIds(one: readonly FormerId[], other: readonly FormerId[]): FormerId[] {
  const until = new Map<string, string>();
  for (const former of [...one, ...other]) {
    const known = until.get(former.id);
    if (known === undefined || known < former.until) until.set(former.id, former.until);
  }
  return [...until].map(([id, time]) => ({ id, until: time })).sort((a, b) => compareIds(a.id, b.id));
}
