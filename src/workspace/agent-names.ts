import { CommsError } from '../errors.ts';
import { checkAgentName } from '../message/names.ts';

/** Whether a name could be an agent's. */
export function isAgentName(name: string): boolean {
  return refusalOf(name) === undefined;
}

/**
 * Refuses names in a config.json that no agent may have, and those that could be taken for one another: agents that differ
 * by case only, a group or an alias that is also an agent, another group or somebody else's alias. Another shape is left to the schema.
 * @throws INVALID_CONFIG
 */
export function checkNames(config: unknown): void {
  const taken = new Map<string, string>();
  const take = (name: string, owner: string, path: string) => {
    const before = taken.get(name.toLowerCase());
    if (before !== undefined) throw clash(name, before, owner, path);
    taken.set(name.toLowerCase(), owner);
  };
  const places = placesOf(config);
  for (const { name, owner, path } of places) take(name, owner, path);
  for (const { name, path } of places) {
    const refusal = refusalOf(name);
    if (refusal)
      throw invalid(`config.json is not valid: ${refusal.message.replace(/\.$/, '')} (${path}).`, refusal.hint, path, 'BAD_NAME');
  }
}

interface Place {
  name: string;
  owner: string;
  path: string;
}

/** Agents first, so that an alias clashes with an agent and not the other way round. */
function placesOf(config: unknown): Place[] {
  const agents = Object.entries(fieldsOf(fieldsOf(config).agents));
  const aliases = agents.flatMap(([name, agent]) => {
    const given = fieldsOf(agent).aliases;
    return (Array.isArray(given) ? given : []).flatMap((alias: unknown, index) =>
      typeof alias === 'string' ? { name: alias, owner: `an alias of ${name}`, path: `/agents/${name}/aliases/${index}` } : [],
    );
  });
  const groups = Object.keys(fieldsOf(fieldsOf(config).groups)).map((name) => ({
    name,
    owner: `the group ${name}`,
    path: `/groups/${name}`,
  }));
  return [...agents.map(([name]) => ({ name, owner: `the agent ${name}`, path: `/agents/${name}` })), ...groups, ...aliases];
}

function clash(name: string, before: string, owner: string, path: string): CommsError {
  const message = `config.json uses the name "${name}" twice: for ${before} and for ${owner} (case does not count).`;
  return invalid(message, 'Rename one of them in config.json, and its inbox with it.', path, 'NAME_CLASH');
}

function invalid(message: string, hint: string | undefined, path: string, code: string): CommsError {
  const problems = [{ severity: 'error', code, path, message }];
  return new CommsError('INVALID_CONFIG', message, { ...(hint && { hint }), details: { file: 'config.json', problems } });
}

function refusalOf(name: string): CommsError | undefined {
  try {
    checkAgentName(name);
    return undefined;
  } catch (error) {
    if (error instanceof CommsError) return error;
    throw error;
  }
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
