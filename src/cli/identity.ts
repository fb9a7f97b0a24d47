import { CommsError } from '../errors.ts';
import { unknownAgent } from '../message/names.ts';
import type { Settings } from '../workspace/workspace.ts';

/** The registered agent of this name or alias, written in any case. @throws UNKNOWN_AGENT */
export function registeredAgent(name: string, { agents, aliases, groups }: Pick<Settings, 'agents' | 'aliases' | 'groups'>): string {
  const folded = name.toLowerCase();
  if (agents.includes(folded)) return folded;
  const meant = Object.hasOwn(aliases, folded) ? aliases[folded] : undefined;
  if (meant === undefined) throw unknownAgent(name, [...agents, ...Object.keys(aliases)], groups);
  return meant;
}

/** Who acts: what an option says, else COMMS_AGENT. @throws NO_IDENTITY */
export function identityFrom(named: string | undefined, env: NodeJS.ProcessEnv, agents: readonly string[]): string {
  const name = named ?? (env.COMMS_AGENT || undefined);
  if (name !== undefined) return name;
  throw new CommsError('NO_IDENTITY', 'Nobody said which agent acts.', {
    hint: `Give --as NAME, or set COMMS_AGENT. Known: ${agents.join(', ') || 'none yet'}.`,
    details: { known: agents },
  });
}
