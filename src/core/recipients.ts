import { CommsError } from '../errors.ts';
import { checkAgentName, unknownAgent } from '../message/names.ts';
import { agentOf } from './agents.ts';
import type { CoreContext, SendRequest } from './context.ts';

/**
 * Whom a message goes to, each agent and group once. The sender may write to itself and to its groups; a broadcast and a
 * channel pass it over.
 * @throws INVALID_NAME, UNKNOWN_AGENT, UNKNOWN_CHANNEL where nobody else reads the channel, USAGE where nobody is named
 */
export async function recipientsOf(
  ctx: CoreContext,
  { to, channel }: Pick<SendRequest, 'to' | 'channel'>,
  sender: string,
): Promise<string[]> {
  if (to === 'broadcast') return everybodyBut(ctx, sender);
  if (to === undefined && channel !== undefined) return (await import('./channels.ts')).readersOf(ctx, channel, sender);
  const recipients = [...new Set((to ?? []).map((name) => addresseeOf(ctx, name)))];
  if (recipients.length > 0) return recipients;
  throw new CommsError('USAGE', 'A message needs a recipient.', {
    hint: 'Name one with --to NAME, or use --channel NAME, --group NAME or --broadcast.',
  });
}

/** The inbox that a name stands for: a group's, or that of an agent. @throws INVALID_NAME, UNKNOWN_AGENT */
function addresseeOf(ctx: CoreContext, name: string): string {
  const { groups, agents, aliases } = ctx.workspace.settings;
  const folded = name.toLowerCase();
  if (Object.hasOwn(groups, folded)) return folded;
  const known = [...agents, ...Object.keys(aliases), ...Object.keys(groups)];
  if (known.includes(folded)) return agentOf(ctx, folded);
  checkAgentName(folded);
  throw unknownAgent(name, known);
}

function everybodyBut({ workspace: { settings } }: CoreContext, sender: string): string[] {
  const others = settings.agents.filter((name) => name !== sender);
  if (others.length > 0) return others;
  throw new CommsError('UNKNOWN_AGENT', `There is no agent but ${sender} to broadcast to.`, {
    hint: 'Run "comms agents add NAME" to register another.',
    details: { agent: sender, known: settings.agents },
  });
}
