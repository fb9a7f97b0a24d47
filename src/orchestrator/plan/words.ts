import { builtInType } from '../../message/types.ts';

/** Names of agents as people write them: in any case, by name or by alias. Each once, in their order. */
export function resolveNames(names: readonly string[], aliases: Readonly<Record<string, string>>): string[] {
  const resolved = names.map((name) => {
    const folded = name.trim().toLowerCase();
    return (Object.hasOwn(aliases, folded) ? aliases[folded] : undefined) ?? folded;
  });
  return [...new Set(resolved)];
}

/** "query" is QUERY, a workspace's own types stay as they are. Nothing where all are meant: none are named, or "*" is. */
export function resolveTypes(types: readonly string[] | undefined): { messageTypes?: string[] } {
  if (types === undefined || types.includes('*')) return {};
  return { messageTypes: [...new Set(types.map((type) => builtInType(type) ?? type))] };
}
