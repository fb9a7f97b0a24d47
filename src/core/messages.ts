import type { Message } from '../message/message.ts';
import { EVERY_SECTION } from '../store/sections.ts';
import type { Copy } from '../store/store.ts';
import type { CoreContext } from './context.ts';

export { isReplay, referencesOf } from '../message/answers.ts';
export { EVERY_SECTION };

/** One copy of each message: an active one before an archived before a held before a dead one. */
export async function copiesById({ store }: CoreContext): Promise<Map<string, Copy>> {
  const byId = new Map<string, Copy>();
  for (const copy of (await store.list({ sections: EVERY_SECTION })).sort(bySection)) {
    if (!byId.has(copy.message.id)) byId.set(copy.message.id, copy);
  }
  return byId;
}

/** What lies where somebody may still work on it comes first; of copies that stand alike, that of the recipient who was named first. */
export function bySection(a: Copy, b: Copy): number {
  return EVERY_SECTION.indexOf(a.section) - EVERY_SECTION.indexOf(b.section) || rankOf(a) - rankOf(b);
}

/** Everybody a message was sent to, in the order in which its sender named them. */
export function namedRecipients({ metadata, recipient }: Message): string[] {
  const all = metadata?.recipients;
  return Array.isArray(all) ? all.filter((name) => typeof name === 'string') : [recipient];
}

function rankOf({ inbox, message }: Copy): number {
  return message.metadata?.recipients === undefined ? 0 : namedRecipients(message).indexOf(inbox);
}

/** One message for each id, of every section. */
export async function messagesById(ctx: CoreContext): Promise<Map<string, Message>> {
  return new Map([...(await copiesById(ctx))].map(([id, { message }]) => [id, message]));
}
