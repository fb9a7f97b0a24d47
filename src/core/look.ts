import { type MessageFilter, matches } from '../message/filter.ts';
import type { Message } from '../message/message.ts';
import { byAge, byUrgency } from '../message/priority.ts';
import type { Copy } from '../store/store.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { copiesOf, placeOf } from './find.ts';
import { firstInOrder } from './first-in-order.ts';
import { inboxesOf } from './groups.ts';
import { bySection, EVERY_SECTION } from './messages.ts';
import type { InboxRequest, LookRequest, Messages, ReadResult, SearchRequest, SentMessages, SentRequest } from './requests.ts';
import { outcomesOf } from './track.ts';

/** What is open in an agent's inbox and in those of its groups, the most urgent first. @throws UNKNOWN_AGENT, INVALID_NAME */
export async function inbox(ctx: CoreContext, request: InboxRequest): Promise<Messages> {
  const { agent, filter = {}, all = false, archived = false } = request;
  const openOnly = !all && !archived && !filter.status?.length;
  const passes = filterOf(ctx, filter);
  const copies = await ctx.store.list({
    inboxes: inboxesOf(ctx, agentOf(ctx, agent)),
    sections: archived ? ['active', 'archived'] : ['active'],
    filter: (message) => (!openOnly || message.status !== 'COMPLETED') && passes(message),
  });
  return ordered(ctx, copies, request, 'urgent');
}

/** One message: the agent's own copy, else the first, and where the others lie. @throws MESSAGE_NOT_FOUND */
export async function read(ctx: CoreContext, { id, agent }: { id: string; agent?: string }): Promise<ReadResult> {
  const [copy, ...others] = await copiesOf(ctx, id, agent === undefined ? undefined : agentOf(ctx, agent));
  return { message: copy.message, place: placeOf(copy), others: others.map(placeOf) };
}

/** What an agent sent, the newest first, one for each id, with what became of every copy. */
export async function sent(ctx: CoreContext, request: SentRequest): Promise<SentMessages> {
  const agent = agentOf(ctx, request.agent);
  const passes = filterOf(ctx, request.filter);
  const copies = await ctx.store.list({
    sections: EVERY_SECTION,
    // A bounce is written in the name of the agent that did not handle the message; that agent did not send it.
    filter: (message) => message.sender === agent && message.metadata?.bounce !== true,
  });
  const copiesById = byId(copies);
  const passing = [...copiesById.values()].filter((same) => same.some(({ message }) => passes(message)));
  const found = ordered(ctx, passing.flatMap(firstOf), request, 'newest');
  return { ...found, outcomes: Object.fromEntries(found.messages.map(({ id }) => [id, outcomesOf(ctx, copiesById.get(id) ?? [])])) };
}

/** Messages of every inbox that contain a text, archived and dead ones too; the newest first, one for each id. */
export async function search(ctx: CoreContext, { text, agent, filter, ...look }: SearchRequest): Promise<Messages> {
  const copies = await ctx.store.list({
    ...(agent === undefined ? {} : { inboxes: [agentOf(ctx, agent)] }),
    sections: EVERY_SECTION,
    filter: filterOf(ctx, { ...filter, text }),
  });
  return ordered(ctx, [...byId(copies).values()].flatMap(firstOf), look, 'newest');
}

/** A filter as people write it: senders by alias, words in any case. */
export function filterOf({ workspace: { settings } }: CoreContext, filter: MessageFilter = {}): (message: Message) => boolean {
  const named = (name: string) => {
    const folded = name.toLowerCase();
    return (Object.hasOwn(settings.aliases, folded) ? settings.aliases[folded] : undefined) ?? folded;
  };
  return matches({
    ...filter,
    sender: filter.sender?.map(named),
    status: filter.status?.map((status) => status.toUpperCase()),
    priority: filter.priority?.map((priority) => priority.toLowerCase()),
  });
}

type Sort = NonNullable<LookRequest['sort']>;

function ordered(ctx: CoreContext, copies: Copy[], { sort, limit = copies.length }: LookRequest, otherwise: Sort): Messages {
  const urgency = byUrgency(ctx.clock(), ctx.workspace.settings.riseAfterMs);
  const done = ({ status }: Message) => (status === 'COMPLETED' ? 1 : 0);
  const sorts: Record<Sort, (a: Message, b: Message) => number> = {
    urgent: (a: Message, b: Message) => done(a) - done(b) || urgency(a, b),
    oldest: byAge,
    newest: (a: Message, b: Message) => byAge(b, a),
  };
  const order = sorts[sort ?? otherwise];
  const shown = firstInOrder(copies, limit, (a, b) => order(a.message, b.message));
  return { messages: shown.map(({ message }) => message), places: shown.map(placeOf), total: copies.length };
}

function byId(copies: readonly Copy[]): Map<string, Copy[]> {
  const found = new Map<string, Copy[]>();
  for (const copy of [...copies].sort(bySection)) {
    const same = found.get(copy.message.id);
    if (same) same.push(copy);
    else found.set(copy.message.id, [copy]);
  }
  return found;
}

function firstOf([first]: readonly Copy[]): Copy[] {
  return first ? [first] : [];
}
