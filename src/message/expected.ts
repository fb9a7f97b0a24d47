import { schemas } from '../generated/schemas.ts';
import { isObject, tokensOf } from './json.ts';

/** A schema or a part of one; the file that it stands in is needed for `#/…` references. */
export interface SchemaNode {
  schema: Record<string, unknown>;
  root: unknown;
}

/** What a schema says of the place that a JSON pointer points to: every part that applies, through allOf and $ref. */
export function nodesAt(root: unknown, pointer: string): SchemaNode[] {
  return tokensOf(pointer).reduce(
    (nodes, token) => nodes.flatMap((node) => [node, ...alternatives(node)]).flatMap((node) => step(node, token)),
    expand(root, root),
  );
}

/** The parts of a place as one schema; what a type adds is stricter than what the envelope says, and comes later. */
export function mergedAt(root: unknown, pointer: string): Record<string, unknown> {
  return merged(nodesAt(root, pointer));
}

/** What a place may hold, in words: "an integer of at least 0", "one of low, medium, high, critical". */
export function expectedAt(root: unknown, pointer: string): string | undefined {
  const nodes = nodesAt(root, pointer);
  const choices = nodes.flatMap(branches).map(phraseOf);
  return phraseOf(nodes) ?? (choices.length > 0 && choices.every((choice) => choice) ? choices.join(' or ') : undefined);
}

function alternatives(node: SchemaNode): SchemaNode[] {
  return branches(node).flat();
}

/** The forms that a place may have one of. */
function branches({ schema, root }: SchemaNode): SchemaNode[][] {
  return [schema.anyOf, schema.oneOf].filter(Array.isArray).flatMap((forms: unknown[]) => forms.map((form) => expand(form, root)));
}

/** The schema and all that it includes; a schema that includes itself is followed as far as anybody reads. */
function expand(schema: unknown, root: unknown, depth = 0): SchemaNode[] {
  if (!isObject(schema) || depth > 8) return [];
  const parts = Array.isArray(schema.allOf) ? schema.allOf.flatMap((part) => expand(part, root, depth + 1)) : [];
  return [...(typeof schema.$ref === 'string' ? referred(schema.$ref, root, depth) : []), ...parts, { schema, root }];
}

function referred(ref: string, root: unknown, depth: number): SchemaNode[] {
  const [file = '', pointer = ''] = ref.split('#');
  const target = file === '' ? root : schemas[file.replace(/\.schema\.json$/, '')];
  const found = tokensOf(pointer).reduce<unknown>(
    (at, token) => (isObject(at) && Object.hasOwn(at, token) ? at[token] : undefined),
    target,
  );
  return expand(found, target, depth + 1);
}

function step({ schema, root }: SchemaNode, token: string): SchemaNode[] {
  const { properties, items, additionalProperties } = schema;
  if (isObject(properties) && Object.hasOwn(properties, token)) return expand(properties[token], root);
  return [...(/^\d+$/.test(token) ? expand(items, root) : []), ...expand(additionalProperties, root)];
}

function merged(nodes: readonly SchemaNode[]): Record<string, unknown> {
  return Object.assign({}, ...nodes.map(({ schema }) => schema));
}

function phraseOf(nodes: readonly SchemaNode[]): string | undefined {
  const schema = merged(nodes);
  const { enum: values, format, description } = schema;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (Array.isArray(values))
    return `one of ${values.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))).join(', ')}`;
  if (format === 'date-time') return 'a time such as 2026-01-17T12:00:00Z';
  if (typeof schema.pattern === 'string')
    return typeof description === 'string' ? uncapped(description) : `text that matches ${schema.pattern}`;
  if (schema.type === 'array') return listPhrase(schema, nodes.findLast((node) => 'items' in node.schema)?.root);
  return plainPhrase(schema);
}

function listPhrase({ items, minItems = 0 }: Record<string, unknown>, root: unknown): string {
  const kinds = expand(items, root)
    .flatMap((node) => [node, ...alternatives(node)])
    .map(({ schema }) => schema.type);
  const texts = kinds.length > 0 && kinds.every((type) => type === 'string');
  return `a list${texts ? ' of strings' : ''}${Number(minItems) > 0 ? `, ${minItems} or more` : ''}`;
}

const KINDS: Record<string, string> = {
  string: 'a string',
  integer: 'an integer',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  null: 'null',
};

function plainPhrase(schema: Record<string, unknown>): string | undefined {
  const types = [schema.type].flat();
  const kind = types
    .map((type) => (typeof type === 'string' ? KINDS[type] : undefined))
    .filter((word) => word !== undefined)
    .join(' or ');
  const { minLength, maxLength, minimum, maximum, exclusiveMinimum } = schema;
  if (kind === '') return undefined;
  if (minimum !== undefined && maximum !== undefined) return `${kind} from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return `${kind} of at least ${minimum}`;
  if (exclusiveMinimum !== undefined) return `${kind} above ${exclusiveMinimum}`;
  if (maximum !== undefined) return `${kind} of at most ${maximum}`;
  if (kind !== KINDS.string) return kind;
  const most = maxLength === undefined ? '' : ` of at most ${maxLength} characters`;
  return `${minLength === 1 ? 'a non-empty string' : minLength === undefined ? kind : `a string of at least ${minLength} characters`}${most}`;
}

function uncapped(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');
}
