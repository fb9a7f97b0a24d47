import { quote } from './text.ts';

/** Whether a JSON value is an object: no array, not null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Nobody nests a message so deep on purpose, and some thousand levels overflow the stack of JSON.stringify. */
const DEEPEST = 100;

/** Whether arrays and objects stand in each other more than 100 deep. It looks no deeper itself. */
export function isTooDeep(value: unknown, levels = DEEPEST): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  for (const member of Array.isArray(value) ? value : Object.values(value)) if (isTooDeep(member, levels - 1)) return true;
  return false;
}

/** More bytes than a JSON value can have as text: what each character takes at most, without writing the text. */
export function mostJsonBytes(value: unknown): number {
  if (typeof value === 'string') return value.length * WIDEST_ESCAPE + 2;
  if (typeof value !== 'object' || value === null) return 30;
  let bytes = 2;
  if (Array.isArray(value)) for (const item of value) bytes += mostJsonBytes(item) + 1;
  else for (const name in value) bytes += name.length * WIDEST_ESCAPE + 4 + mostJsonBytes((value as Record<string, unknown>)[name]);
  return bytes;
}

/** `\u0000`, as JSON writes a control character. */
const WIDEST_ESCAPE = 6;

/** The tokens of a JSON pointer: "/a~1b/0" has "a/b" and "0". */
export function tokensOf(pointer: string): string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((token) => token.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** The pointer to a member of what `pointer` points to. */
export function memberPointer(pointer: string, name: string): string {
  return `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What a JSON pointer points to; undefined where there is nothing. */
export function valueAt(value: unknown, pointer: string): unknown {
  return tokensOf(pointer).reduce<unknown>(
    (at, token) => (typeof at === 'object' && at !== null && Object.hasOwn(at, token) ? Reflect.get(at, token) : undefined),
    value,
  );
}

/** A value as a reader recognises it: its kind and, where it is short, itself. Safe to print. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (value === '') return 'an empty string';
  return typeof value === 'string' ? `the string ${quote(value)}` : `the ${typeof value} ${String(value)}`;
}
