import { isObject } from './envelope.ts';

/** Whether two values are the same JSON, whatever the order of their members. Needs no stack for deep ones. */
export function sameJson(one: unknown, other: unknown): boolean {
  const pairs: [unknown, unknown][] = [[one, other]];
  for (let pair = pairs.pop(); pair; pair = pairs.pop()) {
    const [a, b] = pair;
    if (a === b) continue;
    if (Array.isArray(a) && Array.isArray(b)) {
      if (a.length !== b.length) return false;
      for (const [index, value] of a.entries()) pairs.push([value, b[index]]);
    } else if (isObject(a) && isObject(b)) {
      const keys = definedKeys(a);
      if (keys.length !== definedKeys(b).length) return false;
      for (const key of keys) {
        if (!Object.hasOwn(b, key)) return false;
        pairs.push([a[key], b[key]]);
      }
    } else return false;
  }
  return true;
}

/** The members that JSON.stringify writes. */
export function definedKeys(value: Record<string, unknown>): string[] {
  return Object.keys(value).filter((key) => value[key] !== undefined);
}
