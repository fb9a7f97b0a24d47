import { CommsError } from '../errors.ts';
import type { Message } from '../message/message.ts';
import type { CoreContext } from './context.ts';
import { messagesById, referencesOf } from './messages.ts';

/**
 * Looks at what a message to send refers to. A reference to nothing is only worth a warning, since a message may have
 * been deleted by hand. A message without references costs no reading.
 * @throws LOOP_STOPPED for an ACK of an ACK, and where the thread would get deeper than the workspace allows
 */
export async function checkReferences(
  ctx: CoreContext,
  { type, references }: { type: string; references: readonly string[] },
): Promise<string[]> {
  const found = new Map<string, Message>();
  for (const id of new Set(references)) {
    const [copy] = await ctx.store.find(id);
    if (copy) found.set(id, copy.message);
  }
  if (type === 'ACK') for (const message of found.values()) refuseAckOf(message);
  await refuseTooDeep(ctx, [...found.values()]);
  const unknown = [...new Set(references)].filter((id) => !found.has(id));
  return unknown.map((id) => `There is no message ${id} in this workspace to refer to; it is sent all the same.`);
}

function refuseAckOf({ id, type }: Message): void {
  if (type !== 'ACK') return;
  throw new CommsError('LOOP_STOPPED', `Message ${id} is an ACK, and an ACK is never acknowledged: it would go on for ever.`, {
    hint: `Run "comms done ${id}" if there is nothing more to say about it.`,
    details: { id },
  });
}

async function refuseTooDeep(ctx: CoreContext, parents: readonly Message[]): Promise<void> {
  const { maxThreadDepth } = ctx.workspace.settings;
  // An answer to the first message of a thread, the usual case, costs no reading of all.
  const deep = parents.some((parent) => referencesOf(parent).length > 0);
  const depth = deep ? 1 + depthOf(parents, await messagesById(ctx)) : parents.length > 0 ? 2 : 1;
  if (depth <= maxThreadDepth) return;
  throw new CommsError('LOOP_STOPPED', `The thread would be ${depth} messages deep, and this workspace allows ${maxThreadDepth}.`, {
    hint: 'Begin a new thread without --ref, or raise limits.max_thread_depth in config.json.',
    details: { depth, max_thread_depth: maxThreadDepth },
  });
}

/** How many messages the longest chain of references has that ends in one of `leaves`. A cycle counts once. Linear. */
function depthOf(leaves: readonly Message[], byId: ReadonlyMap<string, Message>): number {
  const depths = new Map<string, number>();
  const stack = leaves.map((message) => ({ message, opened: false }));
  const below = (message: Message) => referencesOf(message).flatMap((id) => byId.get(id) ?? []);
  // A stack of its own instead of recursion: threads may be deeper than the call stack.
  for (let top = stack.pop(); top; top = stack.pop()) {
    const { message, opened } = top;
    if (opened) depths.set(message.id, 1 + Math.max(0, ...below(message).map(({ id }) => depths.get(id) ?? 0)));
    else if (!depths.has(message.id)) {
      depths.set(message.id, 0);
      stack.push({ message, opened: true }, ...below(message).map((parent) => ({ message: parent, opened: false })));
    }
  }
  return Math.max(0, ...leaves.map(({ id }) => depths.get(id) ?? 0));
}
