import { isClaimable } from '../message/lifecycle.ts';
import type { Message } from '../message/message.ts';
import { byUrgency } from '../message/priority.ts';
import { agentOf } from './agents.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { filterOf } from './look.ts';
import type { ReceiveRequest } from './requests.ts';

/** What the agent could claim now, in the order in which it would; nothing is taken. @throws UNKNOWN_AGENT, INVALID_NAME */
export async function receive(ctx: CoreContext, { agent, limit, filter }: ReceiveRequest): Promise<Message[]> {
  const found = await claimable(ctx, inboxesOf(ctx, agentOf(ctx, agent)), filterOf(ctx, filter));
  return found.slice(0, limit);
}

/** What lies in these inboxes, fits and can be claimed now; the most urgent first. */
export async function claimable(ctx: CoreContext, inboxes: string[], fits: (message: Message) => boolean): Promise<Message[]> {
  const now = ctx.clock();
  const copies = await ctx.store.list({ inboxes, filter: (message) => isClaimable(message, now) && fits(message) });
  return copies.map(({ message }) => message).sort(byUrgency(now, ctx.workspace.settings.riseAfterMs));
}
