import { isObject } from './json.ts';
import { nearest } from './nearest.ts';

/** Keys that are not known and close to one that is and is missing: unknown keys are allowed, and a slip would silently change nothing. */
export function misspelt(object: unknown, known: readonly string[]): { key: string; meant: string }[] {
  if (!isObject(object)) return [];
  return Object.keys(object).flatMap((key) => {
    const meant = known.includes(key) ? undefined : nearest(key, known);
    return meant === undefined || Object.hasOwn(object, meant) ? [] : [{ key, meant }];
  });
}

/** The members that a JSON Schema declares at a place in it, such as `'properties', 'limits'`. */
export function declaredAt(schema: unknown, ...place: string[]): string[] {
  const at = [...place, 'properties'].reduce<unknown>((here, step) => (isObject(here) ? Reflect.get(here, step) : undefined), schema);
  return Object.keys(at ?? {});
}
