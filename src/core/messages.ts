import { isObject } from '../message/json.ts';
import type { Message } from '../message/message.ts';
import type { Section } from '../store/store.ts';
import type { CoreContext } from './context.ts';

export const EVERY_SECTION: Section[] = ['active', 'archived', 'dead'];

/** One message for each id, of every section. */
export async function messagesById({ store }: CoreContext): Promise<Map<string, Message>> {
  const byId = new Map<string, Message>();
  for (const { message } of await store.list({ sections: EVERY_SECTION })) {
    if (!byId.has(message.id)) byId.set(message.id, message);
  }
  return byId;
}

/** Whether a message says again what another one said: it refers to that one, and answers nothing. */
export function isReplay({ metadata }: Message): boolean {
  return isObject(metadata?.replay_of);
}

/** Ids that a message follows; what is no list of ids (a person wrote it) is none. */
export function referencesOf({ references }: Message): string[] {
  const ids: unknown = references;
  return Array.isArray(ids) ? ids.filter((id) => typeof id === 'string') : [];
}
