import { CommsError } from '../errors.ts';
import { type FieldKind, kindOf } from './context-fields.ts';

/**
 * `content.context` from `key=value` pairs and, beneath them, a JSON object. A key is a dotted path (`a.b.c`, `errors.0`,
 * `a\.b` for a dot in a name); a value is JSON where it reads as JSON, else the text. A repeated key makes a list.
 * For the fields that the schema of `type` declares, their kind decides: `expected=200` stays the text "200", and
 * `files=a.ts` is a list of one. Commas never split, since file names may hold them.
 * @throws USAGE
 */
export function contextFrom(pairs: readonly string[], json?: string, type?: string): Record<string, unknown> {
  return objectFromPairs(pairs, { option: '--context', json, kind: (path) => kindOf(type, path) });
}

export interface PairOptions {
  /** The option that the pairs came with, for error messages; `<option>-json` is where `json` came from. */
  option: string;
  /** A JSON object to start from. */
  json?: string | undefined;
  kind?: (path: readonly string[]) => FieldKind | undefined;
}

/** The same for any object, such as metadata. @throws USAGE */
export function objectFromPairs(pairs: readonly string[], { option, json, kind = () => undefined }: PairOptions): Record<string, unknown> {
  const root = json === undefined ? {} : parseObject(json, `${option}-json`);
  const byPath = new Map<string, { path: string[]; values: string[] }>();
  for (const pair of pairs) {
    const { path, value } = splitPair(pair, option);
    const entry = byPath.get(JSON.stringify(path)) ?? { path, values: [] };
    entry.values.push(value);
    byPath.set(JSON.stringify(path), entry);
  }
  for (const { path, values } of byPath.values()) put(root, path, valueFrom(values, kind(path), path, option), option);
  return root;
}

function splitPair(pair: string, option: string): { path: string[]; value: string } {
  const at = pair.indexOf('=');
  const path = at < 1 ? [] : segmentsOf(pair.slice(0, at));
  if (path.length === 0 || path.includes('')) {
    throw new CommsError('USAGE', `"${short(pair)}" is not a pair of a key and a value.`, {
      hint: `Write ${option} key=value, with dots for what lies deeper: ${option} a.b=1`,
      details: { option, pair: short(pair) },
    });
  }
  const unsafe = path.find((segment) => segment === '__proto__' || segment === 'constructor' || segment === 'prototype');
  if (unsafe !== undefined) {
    throw new CommsError('USAGE', `A key of ${option} cannot hold "${unsafe}".`, { hint: 'Choose another name.', details: { option } });
  }
  return { path, value: pair.slice(at + 1) };
}

/** `a\.b.c` is the path ["a.b", "c"]. */
function segmentsOf(key: string): string[] {
  return key.split(/(?<!\\)\./).map((segment) => segment.replaceAll('\\.', '.'));
}

function valueFrom(values: string[], kind: FieldKind | undefined, path: string[], option: string): unknown {
  const [first = ''] = values;
  const single = values.length === 1;
  if (kind === 'text') {
    if (single) return first;
    throw twice(path, option);
  }
  if (kind === 'texts' || kind === 'text or texts') {
    const lists = values.map((value) => listIn(value) ?? [value]);
    return single && kind === 'text or texts' ? (listIn(first) ?? first) : lists.flat();
  }
  if (kind === 'items') return values.flatMap((value) => listIn(value) ?? [jsonOrText(value)]);
  return single ? jsonOrText(first) : values.map(jsonOrText);
}

function listIn(text: string): unknown[] | undefined {
  const value = jsonOrText(text);
  return Array.isArray(value) ? value : undefined;
}

function jsonOrText(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    // Such as a numeric id of twenty digits, which a JSON number would silently change.
    return typeof value === 'number' && Math.abs(value) > Number.MAX_SAFE_INTEGER ? text : value;
  } catch {
    return text;
  }
}

function put(root: Record<string, unknown>, path: string[], value: unknown, option: string): void {
  let at: object = root;
  for (const [n, segment] of path.entries()) {
    const last = n === path.length - 1;
    const here: unknown = Object.hasOwn(at, segment) ? Reflect.get(at, segment) : undefined;
    if (here !== undefined) {
      if (last) throw twice(path, option);
      if (typeof here !== 'object' || here === null) throw conflict(path.slice(0, n + 1), path, option);
      at = here;
      continue;
    }
    if (Array.isArray(at) && segment !== String(at.length)) throw notNext(at.length, path, option);
    const next: unknown = last ? value : path[n + 1] === '0' ? [] : {};
    Reflect.set(at, segment, next);
    if (typeof next === 'object' && next !== null) at = next;
  }
}

function parseObject(json: string, option: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new CommsError('USAGE', `What ${option} holds is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: `Write it in single quotes: ${option} '{"file": "src/a.ts"}'`,
      cause,
    });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new CommsError('USAGE', `What ${option} holds is not a JSON object.`, { hint: `Write ${option} '{"file": "src/a.ts"}'` });
}

function twice(path: string[], option: string): CommsError {
  return new CommsError('USAGE', `The key "${path.join('.')}" of ${option} is given twice.`, {
    hint: 'Keep one of the two.',
    details: { option, key: path.join('.') },
  });
}

function conflict(above: string[], path: string[], option: string): CommsError {
  return new CommsError('USAGE', `The keys "${above.join('.')}" and "${path.join('.')}" of ${option} exclude each other.`, {
    hint: 'A key holds either a value or what lies deeper.',
    details: { option, key: path.join('.') },
  });
}

function notNext(length: number, path: string[], option: string): CommsError {
  return new CommsError('USAGE', `The key "${path.join('.')}" of ${option} does not continue its list.`, {
    hint: `The next place in the list is ${length}; places are given in order, from 0.`,
    details: { option, key: path.join('.') },
  });
}

function short(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
