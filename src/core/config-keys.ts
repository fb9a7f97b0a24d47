import { schemas } from '../generated/schemas.ts';
import { isObject } from '../message/json.ts';
import type { Problem } from '../message/message.ts';
import { misspelt } from '../message/misspelt.ts';

/** The members that the schema of config.json declares at a place. */
export function keysAt(...path: string[]): string[] {
  const steps = path.flatMap((key) => (key === EACH ? ['additionalProperties'] : ['properties', key]));
  return Object.keys(memberAt(schemas.config, [...steps, 'properties']) ?? {});
}

/** Follows references within the schema. */
function memberAt(from: unknown, steps: readonly string[]): unknown {
  let at = from;
  for (const step of steps) {
    at = isObject(at) ? at[step] : undefined;
    const reference = isObject(at) ? at.$ref : undefined;
    if (typeof reference === 'string' && reference.startsWith('#/')) at = memberAt(schemas.config, reference.slice(2).split('/'));
  }
  return at;
}

/** Stands in a place for whatever name somebody gave. */
export const EACH = '*';

/** Keys of config.json at `path` that are probably slips. */
export function slips(object: Record<string, unknown>, known: readonly string[], path: string): Problem[] {
  return misspelt(object, known).map(({ key, meant }) => ({
    severity: 'warning',
    code: 'UNKNOWN_KEY',
    file: 'config.json',
    path: `${path}/${key}`,
    message: `${path}/${key}: comms does not know this key`,
    hint: `Did you mean "${meant}"?`,
  }));
}
