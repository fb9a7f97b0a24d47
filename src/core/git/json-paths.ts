import { isObject } from '../../message/json.ts';

/** JSON pointers (RFC 6901) to the places where two values differ, the deepest that say it, in the order of the members. */
export function differingPaths(before: unknown, after: unknown, at = ''): string[] {
  if (before === after) return [];
  const [one, other] = [membersOf(before), membersOf(after)];
  if (one === undefined || other === undefined || Array.isArray(before) !== Array.isArray(after)) return [at];
  const names = new Set([...one.keys(), ...other.keys()]);
  return [...names].flatMap((name) => differingPaths(one.get(name), other.get(name), `${at}/${escaped(name)}`));
}

function membersOf(value: unknown): Map<string, unknown> | undefined {
  if (Array.isArray(value)) return new Map(value.map((item: unknown, n) => [String(n), item]));
  return isObject(value) ? new Map(Object.entries(value)) : undefined;
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
