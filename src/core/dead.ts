import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import { unknownAgent } from '../message/names.ts';
import { byAge } from '../message/priority.ts';
import { timeOf } from '../message/time.ts';
import { notDead } from '../store/query.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import type { DeadLettersRequest, DeadReason, DeadSelection, PurgeDeadRequest, Redriven } from './dead-requests.ts';
import { placeOf } from './find.ts';
import { inboxesOf } from './groups.ts';
import { filterOf } from './look.ts';
import type { Messages } from './requests.ts';

/** So many go to the store at once, which writes them together. */
const AT_ONCE = 100;

/** The dead letters, the latest first. @throws UNKNOWN_AGENT, MESSAGE_NOT_FOUND, WRONG_STATUS */
export async function deadLetters(ctx: CoreContext, { limit, ...selection }: DeadLettersRequest = {}): Promise<Messages> {
  const copies = await selected(ctx, selection);
  copies.sort((a, b) => deadAt(b.message) - deadAt(a.message) || byAge(b.message, a.message));
  const shown = copies.slice(0, limit);
  return { messages: shown.map(({ message }) => message), places: shown.map(placeOf), total: copies.length };
}

/**
 * Puts dead letters back where they came from. Where ids are given all of them must be dead, or nothing happens; what
 * somebody else took away meanwhile is passed over. @throws UNKNOWN_AGENT, MESSAGE_NOT_FOUND, WRONG_STATUS
 */
export async function redrive(ctx: CoreContext, selection: DeadSelection): Promise<Redriven> {
  const outcome: Redriven = { redriven: [], failed: [] };
  // Oldest first, so that they stand in the order in which they came.
  const copies = (await selected(ctx, selection)).sort((a, b) => byAge(a.message, b.message));
  const keys = [...new Map(copies.map(({ inbox, message: { id } }) => [`${inbox}\0${id}`, { inbox, id }])).values()];
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    const results = await Promise.all(keys.slice(at, at + AT_ONCE).map((key) => redriveOne(ctx, key)));
    for (const result of results) {
      if ('error' in result) outcome.failed.push(result);
      else outcome.redriven.push(...result.copies);
    }
  }
  return outcome;
}

/** Takes dead letters out for good. @throws UNKNOWN_AGENT, MESSAGE_NOT_FOUND, WRONG_STATUS */
export async function purge(
  ctx: CoreContext,
  { dryRun = false, ...selection }: PurgeDeadRequest,
): Promise<{ inbox: string; id: string }[]> {
  const copies = await selected(ctx, selection);
  if (dryRun) return copies.map(({ inbox, message: { id } }) => ({ inbox, id }));
  const { inboxes, isMeant } = await choiceOf(ctx, selection);
  const purged: { inbox: string; id: string }[] = [];
  for (const inbox of inboxes ?? [undefined]) {
    for (let left = 1; left > 0; ) {
      const part = await ctx.store.purge({ section: 'dead', filter: isMeant, limit: AT_ONCE, ...(inbox !== undefined && { inbox }) });
      purged.push(...part.purged);
      left = part.purged.length === 0 ? 0 : part.left;
    }
  }
  return purged;
}

async function redriveOne(
  { store }: CoreContext,
  key: { inbox: string; id: string },
): Promise<{ copies: Copy[] } | { inbox: string; id: string; error: CommsError }> {
  try {
    return { copies: await store.redrive(key) };
  } catch (error) {
    if (!(error instanceof CommsError)) throw error;
    if (error.code === 'UNKNOWN_AGENT') return { ...key, error };
    // Somebody was faster.
    if (error.code === 'WRONG_STATUS' || error.code === 'MESSAGE_NOT_FOUND') return { copies: [] };
    throw error;
  }
}

async function selected(ctx: CoreContext, selection: DeadSelection): Promise<Copy[]> {
  const { inboxes, isMeant } = await choiceOf(ctx, selection);
  const copies = await ctx.store.list({ sections: ['dead'], filter: isMeant, ...(inboxes && { inboxes }) });
  for (const id of selection.ids ?? []) {
    if (copies.some(({ message }) => message.id === id)) continue;
    const elsewhere = (await ctx.store.find(id)).find(({ inbox }) => inboxes?.includes(inbox) ?? true);
    throw notDead(id, elsewhere?.section === 'dead' ? undefined : elsewhere);
  }
  return copies;
}

async function choiceOf(
  ctx: CoreContext,
  selection: DeadSelection,
): Promise<{ inboxes: string[] | undefined; isMeant: (message: Message) => boolean }> {
  const { ids, inbox, agent, reason, olderThanMs, filter } = selection;
  const passes = filterOf(ctx, filter);
  const until = olderThanMs === undefined ? Number.POSITIVE_INFINITY : ctx.clock() - olderThanMs;
  return {
    inboxes: agent !== undefined ? inboxesOf(ctx, agentOf(ctx, agent)) : inbox === undefined ? undefined : [await inboxOf(ctx, inbox)],
    isMeant: (message) =>
      (ids === undefined || ids.includes(message.id)) &&
      (reason === undefined || reasonOf(message) === reason) &&
      (olderThanMs === undefined || deadAt(message) <= until) &&
      passes(message),
  };
}

/** Why a message is dead; what somebody put among the dead letters by hand has failed. */
export function reasonOf({ delivery }: Message): DeadReason {
  const reason = delivery?.dead_reason;
  return reason === 'expired' || reason === 'rejected' ? reason : 'failed';
}

function deadAt({ delivery, timestamp }: Message): number {
  const at = delivery?.dead_at;
  return timeOf(typeof at === 'string' ? at : undefined) ?? timeOf(timestamp) ?? 0;
}

/** An inbox by the name of its agent or group, or of an agent that is gone and left dead letters. */
async function inboxOf(ctx: CoreContext, name: string): Promise<string> {
  const { agents, aliases, groups } = ctx.workspace.settings;
  const folded = name.toLowerCase();
  if (agents.includes(folded) || Object.hasOwn(groups, folded)) return folded;
  if (Object.hasOwn(aliases, folded)) return aliases[folded] ?? folded;
  const left = await ctx.store.list({ sections: ['dead'], inboxes: [folded] });
  if (left.length > 0) return folded;
  throw unknownAgent(name, [...agents, ...Object.keys(aliases), ...Object.keys(groups)]);
}
