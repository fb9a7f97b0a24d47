import type { Problem } from './message.ts';

/** What ajv says of one value; the part of its ErrorObject that is used here. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/** Keywords that only repeat what another error says better. */
const NOISE = new Set(['allOf', 'if', 'not']);

/** Where an option of `comms send` supplies the member that is missing or wrong. */
const OPTIONS: Record<string, string> = {
  '/subject': '--subject TEXT',
  '/type': '--type TYPE',
  '/sender': '--from AGENT',
  '/recipient': '--to AGENT',
  '/priority': '--priority low|medium|high|critical',
  '/references': '--ref ID',
  '/content/details': '--details TEXT',
  '/channel': '--channel NAME',
};

/** An error of ajv as a problem that names the path, what was expected and what was found; undefined for mere noise. */
export function problemOf(error: SchemaError, value: unknown): Problem | undefined {
  if (NOISE.has(error.keyword)) return undefined;
  if (error.keyword === 'required') return missing(`${error.instancePath}/${escapeToken(String(error.params.missingProperty))}`);
  const path = error.instancePath;
  if (error.keyword === 'anyOf' || error.keyword === 'oneOf' || (path === '/type' && error.keyword === 'enum'))
    return unfitting(path, value);
  const found = describe(valueAt(value, path));
  const [code, expected] = expectation(error);
  return withHint({ severity: 'error', code, path, message: `${path || '/'}: expected ${expected}, found ${found}` });
}

function missing(path: string): Problem {
  return withHint({ severity: 'error', code: 'MISSING_FIELD', path, message: `${path}: it is required and missing` });
}

/** None of several forms fitted; the forms' own errors are passed over. */
function unfitting(path: string, value: unknown): Problem {
  const found = describe(valueAt(value, path));
  if (path === '/type')
    return { severity: 'error', code: 'UNKNOWN_TYPE', path, message: `/type: expected a known type or dotted lower case, found ${found}` };
  return withHint({ severity: 'error', code: 'WRONG_TYPE', path, message: `${path}: expected another form, found ${found}` });
}

function expectation({ keyword, params }: SchemaError): [string, string] {
  switch (keyword) {
    case 'type':
      return ['WRONG_TYPE', article(String(params.type))];
    case 'enum':
      return ['NOT_ALLOWED', `one of ${(params.allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`];
    case 'const':
      return ['NOT_ALLOWED', JSON.stringify(params.allowedValue)];
    case 'format':
      return ['BAD_FORMAT', 'a time such as 2026-01-17T12:00:00Z'];
    case 'pattern':
      return ['BAD_FORMAT', `text that matches ${params.pattern}`];
    case 'minLength':
      return ['TOO_SHORT', Number(params.limit) === 1 ? 'a text that is not empty' : `at least ${params.limit} characters`];
    case 'maxLength':
      return ['TOO_LONG', `at most ${params.limit} characters`];
    case 'minItems':
      return ['TOO_SHORT', `at least ${params.limit} item${params.limit === 1 ? '' : 's'}`];
    case 'minimum':
      return ['OUT_OF_RANGE', `at least ${params.limit}`];
    case 'exclusiveMinimum':
      return ['OUT_OF_RANGE', `more than ${params.limit}`];
    default:
      return ['NOT_ALLOWED', keyword];
  }
}

function withHint(problem: Problem): Problem {
  const path = problem.path ?? '';
  const context = /^\/content\/context\/([^/]+)$/.exec(path)?.[1];
  const option = context === undefined ? OPTIONS[path] : `--context ${context}=…`;
  return option === undefined ? problem : { ...problem, hint: `Give it with ${option}.` };
}

function article(type: string): string {
  const names: Record<string, string> = {
    string: 'a string',
    integer: 'an integer',
    number: 'a number',
    boolean: 'true or false',
    array: 'an array',
    object: 'an object',
  };
  return names[type] ?? type;
}

/** A value as a reader recognises it: its kind and, where it is short, itself. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty array' : `an array of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  const text = JSON.stringify(typeof value === 'string' && value.length > 60 ? `${value.slice(0, 60)}…` : value);
  return `the ${typeof value} ${text}`;
}

function valueAt(value: unknown, pointer: string): unknown {
  return pointer
    .split('/')
    .slice(1)
    .reduce<unknown>((at, token) => {
      const key = token.replaceAll('~1', '/').replaceAll('~0', '~');
      return typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Record<string, unknown>)[key] : undefined;
    }, value);
}

function escapeToken(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
