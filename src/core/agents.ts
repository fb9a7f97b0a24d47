import { CommsError } from '../errors.ts';
import { checkAgentName, unknownAgent } from '../message/names.ts';
import type { CoreContext, SendRequest } from './context.ts';
import type { AgentSummary } from './requests.ts';

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

/** The registered agents with what they say of themselves and the counts of their inboxes, in the order of config.json. */
export async function listAgents({ store, workspace: { settings } }: CoreContext): Promise<AgentSummary[]> {
  const status = await store.status();
  return settings.agents.map((name) => {
    const { description, aliases = [] } = settings.raw.agents[name] ?? {};
    const now = status.agents[name];
    return {
      name,
      description,
      aliases,
      status: now?.status ?? 'idle',
      current_task: now?.current_task ?? null,
      messages_pending: now?.messages_pending ?? 0,
      messages_in_progress: now?.messages_in_progress ?? 0,
      messages_blocked: now?.messages_blocked ?? 0,
      messages_processed: now?.messages_processed ?? 0,
      error_count: now?.error_count ?? 0,
    };
  });
}

function everybodyBut({ workspace: { settings } }: CoreContext, sender: string): string[] {
  const others = settings.agents.filter((name) => name !== sender);
  if (others.length > 0) return others;
  throw new CommsError('UNKNOWN_AGENT', `There is no agent but ${sender} to broadcast to.`, {
    hint: 'Run "comms agents add NAME" to register another.',
    details: { agent: sender, known: settings.agents },
  });
}
