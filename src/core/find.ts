import { CommsError } from '../errors.ts';
import { formatId } from '../message/ids.ts';
import type { Copy } from '../store/store.ts';
import type { CoreContext } from './context.ts';
import { inboxesOf } from './groups.ts';
import { bySection } from './messages.ts';
import type { Place } from './requests.ts';

/**
 * Every copy of a message: the agent's own first, then those of its groups; active before archived before held before dead; then by the
 * order of the inboxes.
 * @throws MESSAGE_NOT_FOUND
 */
export async function copiesOf(ctx: CoreContext, id: string, agent?: string): Promise<[Copy, ...Copy[]]> {
  const own = agent === undefined ? [] : inboxesOf(ctx, agent);
  const distance = ({ inbox }: Copy) => (own.includes(inbox) ? own.indexOf(inbox) : own.length);
  const [first, ...others] = (await ctx.store.find(id)).sort((a, b) => distance(a) - distance(b) || bySection(a, b));
  if (first) return [first, ...others];
  throw new CommsError('MESSAGE_NOT_FOUND', `There is no message ${id} in this workspace.`, {
    hint: await hintFor(ctx, id),
    details: { id },
  });
}

/** Where a copy lies. */
export function placeOf({ inbox, section, file }: Copy): Place {
  return { inbox, section, ...(file === undefined ? {} : { file }) };
}

/** Somebody who writes "7", "msg-7" or "MSG-007" means msg-007. */
async function hintFor(ctx: CoreContext, id: string): Promise<string> {
  const digits = /^(?:msg-?)?(\d{1,15})$/i.exec(id.trim())?.[1];
  const meant = digits === undefined ? id : formatId(Number(digits));
  if (meant !== id && (await ctx.store.find(meant)).length > 0) return `Did you mean ${meant}`;
  return 'Run "comms search TEXT" to find a message by what it says.';
}
