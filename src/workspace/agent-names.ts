import { CommsError } from '../errors.ts';

/**
 * Refuses names that somebody could take for one another: agents that differ by case only, and an alias that is also an
 * agent or somebody else's alias. What has not the right form is left to the schema. @throws INVALID_CONFIG
 */
export function checkNames(config: unknown): void {
  const taken = new Map<string, string>();
  const take = (name: string, owner: string, path: string) => {
    const before = taken.get(name.toLowerCase());
    if (before !== undefined) throw clash(name, before, owner, path);
    taken.set(name.toLowerCase(), owner);
  };
  const agents = Object.entries(fieldsOf(fieldsOf(config).agents));
  for (const [name] of agents) take(name, `agent ${name}`, `/agents/${name}`);
  for (const [name, agent] of agents) {
    const aliases = fieldsOf(agent).aliases;
    if (!Array.isArray(aliases)) continue;
    aliases.forEach((alias, index) => {
      if (typeof alias === 'string') take(alias, `alias ${alias} of ${name}`, `/agents/${name}/aliases/${index}`);
    });
  }
}

function clash(name: string, before: string, owner: string, path: string): CommsError {
  return new CommsError('INVALID_CONFIG', `config.json uses the name "${name}" twice: ${before} and ${owner} (case does not count).`, {
    hint: 'Rename one of them in config.json, and its inbox with it',
    details: { file: 'config.json', path, problems: [{ severity: 'error', code: 'NAME_CLASH', path, message: `${before} and ${owner}` }] },
  });
}

function fieldsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
