import { checkAgentName, unknownAgent } from '../message/names.ts';
import type { CoreContext } from './context.ts';

/** The registered agent that a name or an alias means; case does not count. @throws INVALID_NAME, UNKNOWN_AGENT */
export function agentOf({ workspace: { settings } }: CoreContext, name: string): string {
  const folded = name.toLowerCase();
  if (settings.agents.includes(folded)) return folded;
  const meant = Object.hasOwn(settings.aliases, folded) ? settings.aliases[folded] : undefined;
  if (meant !== undefined && settings.agents.includes(meant)) return meant;
  checkAgentName(folded);
  throw unknownAgent(name, [...settings.agents, ...Object.keys(settings.aliases)], settings.groups);
}
