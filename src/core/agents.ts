import { CommsError } from '../errors.ts';
import { checkAgentName, unknownAgent } from '../message/names.ts';
import type { CoreContext, SendRequest } from './context.ts';

/** The registered agent that a name or an alias means; case does not count. @throws INVALID_NAME, UNKNOWN_AGENT */
export function agentOf({ workspace: { settings } }: CoreContext, name: string): string {
  const folded = name.toLowerCase();
  if (settings.agents.includes(folded)) return folded;
  const meant = Object.hasOwn(settings.aliases, folded) ? settings.aliases[folded] : undefined;
  if (meant !== undefined && settings.agents.includes(meant)) return meant;
  checkAgentName(folded);
  throw unknownAgent(name, [...settings.agents, ...Object.keys(settings.aliases)]);
}

/**
 * Whom a message goes to, each agent once. The sender may write to itself; a broadcast passes it over.
 * @throws INVALID_NAME, UNKNOWN_AGENT, USAGE where nobody is named
 */
export function recipientsOf(ctx: CoreContext, to: SendRequest['to'], sender: string): string[] {
  if (to === 'broadcast') return everybodyBut(ctx, sender);
  const recipients = [...new Set(to.map((name) => agentOf(ctx, name)))];
  if (recipients.length > 0) return recipients;
  throw new CommsError('USAGE', 'A message needs a recipient.', { hint: 'Name one with --to NAME, or use --broadcast.' });
}

function everybodyBut({ workspace: { settings } }: CoreContext, sender: string): string[] {
  const others = settings.agents.filter((name) => name !== sender);
  if (others.length > 0) return others;
  throw new CommsError('UNKNOWN_AGENT', `There is no agent but ${sender} to broadcast to.`, {
    hint: 'Run "comms agents add NAME" to register another.',
    details: { agent: sender, known: settings.agents },
  });
}
