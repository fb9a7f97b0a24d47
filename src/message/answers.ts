import { isObject } from './json.ts';
import type { Message } from './message.ts';

/** What a message says of another one. */

/** Ids that a message follows; what is no list of ids (a person wrote it) is none. */
export function referencesOf({ references }: Message): string[] {
  const ids: unknown = references;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}

/** Whether a message says again what another one said: it refers to that one, and answers nothing. */
export function isReplay({ metadata }: Message): boolean {
  return isObject(metadata?.replay_of);
}

/** Says only that a message arrived. */
export function isAck({ type }: Message): boolean {
  return type === 'ACK';
}

/** Says that a message went to the dead letters. */
export function isBounce({ metadata }: Message): boolean {
  return metadata?.bounce === true;
}
