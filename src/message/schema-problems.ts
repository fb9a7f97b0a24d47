import { expectedAt, mergedAt } from './expected.ts';
import { describe, memberPointer, valueAt } from './json.ts';
import type { Problem } from './message.ts';
import { optionFor } from './send-options.ts';
import { visible } from './text.ts';

/** What ajv says of one value; the part of its ErrorObject that is used here. */
export interface SchemaError {
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/** A validator of ajv's, generated or compiled; a compiled one has its schema with it. */
export interface SchemaValidator {
  (data: unknown): boolean;
  errors?: SchemaError[] | null | undefined;
  schema?: unknown;
}

/** Keywords that only say that another error happened. */
const ECHOES = new Set(['allOf', 'if', 'not', 'propertyNames', '$ref']);
const CHOICES = new Set(['anyOf', 'oneOf']);

/** The codes of problems, by the keyword of the schema that was not met. */
const CODES: Record<string, string> = {
  required: 'MISSING_FIELD',
  type: 'WRONG_TYPE',
  anyOf: 'WRONG_TYPE',
  oneOf: 'WRONG_TYPE',
  enum: 'NOT_ALLOWED',
  const: 'NOT_ALLOWED',
  additionalProperties: 'NOT_ALLOWED',
  format: 'BAD_FORMAT',
  pattern: 'BAD_FORMAT',
  minLength: 'TOO_SHORT',
  minItems: 'TOO_SHORT',
  maxLength: 'TOO_LONG',
  maxItems: 'TOO_LONG',
  minimum: 'OUT_OF_RANGE',
  maximum: 'OUT_OF_RANGE',
  exclusiveMinimum: 'OUT_OF_RANGE',
  exclusiveMaximum: 'OUT_OF_RANGE',
};

/** What a validator has against a value: one problem a path, in the validator's order. `schema` where the validator has none with it. */
export function schemaProblems(validate: SchemaValidator, value: unknown, schema: unknown = validate.schema): Problem[] {
  if (validate(value)) return [];
  const byPath = new Map<string, SchemaError[]>();
  for (const error of validate.errors ?? []) {
    const path = pathOf(error);
    if (!ECHOES.has(error.keyword)) byPath.set(path, [...(byPath.get(path) ?? []), error]);
  }
  const paths = [...byPath.keys()];
  return [...byPath].flatMap(([path, errors]) => {
    const chosen = mostTelling(errors);
    // Of several forms the nearest one says what is wrong, and says it deeper inside.
    const saidDeeper = errors.some(({ keyword }) => CHOICES.has(keyword)) && paths.some((other) => other.startsWith(`${path}/`));
    return chosen === undefined || saidDeeper ? [] : [problemOf(chosen, value, schema) ?? []].flat();
  });
}

/** An error of ajv as a problem that names the path, what was expected and what was found; undefined for a mere echo. */
export function problemOf(error: SchemaError, value: unknown, schema?: unknown): Problem | undefined {
  if (ECHOES.has(error.keyword)) return undefined;
  const path = pathOf(error);
  const found = valueAt(value, path);
  const unknownType = path === '/type' && typeof found === 'string' && error.keyword !== 'maxLength';
  const code = unknownType ? 'UNKNOWN_TYPE' : (CODES[error.keyword] ?? 'INVALID');
  const expected = unknownType ? 'a known type, or a dotted one such as context.query' : (expectedAt(schema, path) ?? expectation(error));
  const said = code === 'MISSING_FIELD' ? `missing, expected ${expected}` : `expected ${expected}, found ${describe(found)}`;
  const hint = hintFor(path, code, schema);
  return { severity: 'error', code, path, message: visible(`${path || '/'}: ${said}`), ...(hint && { hint }) };
}

/** Where something should be that is missing, or the value that is wrong. */
function pathOf({ keyword, instancePath, params }: SchemaError): string {
  if (keyword === 'required') return memberPointer(instancePath, String(params.missingProperty));
  return keyword === 'additionalProperties' ? memberPointer(instancePath, String(params.additionalProperty)) : instancePath;
}

/** Of a choice, the form whose kind of value was used: an empty string is too short, and not "no list". */
function mostTelling(errors: readonly SchemaError[]): SchemaError | undefined {
  const choice = errors.find(({ keyword }) => CHOICES.has(keyword));
  if (choice === undefined) return errors.find(({ keyword }) => keyword === 'type') ?? errors[0];
  return errors.find(({ keyword }) => keyword !== 'type' && !CHOICES.has(keyword)) ?? choice;
}

function hintFor(path: string, code: string, schema: unknown): string | undefined {
  if (path === '/requires_response') return code === 'NOT_ALLOWED' ? 'Leave --requires-response out.' : undefined;
  const option = optionFor(path, mergedAt(schema, path));
  return option && `Give it with ${option}.`;
}

/** The same from the error alone, where the schema is not at hand. */
function expectation({ keyword, params, message = 'must be another value' }: SchemaError): string {
  if (keyword === 'required') return 'a value';
  const { type, pattern, format, allowedValues, allowedValue } = params;
  const part = { type, pattern, format, enum: allowedValues, ...(keyword === 'const' && { const: allowedValue }) };
  return expectedAt(part, '') ?? message.replace(/^must /, 'it to ');
}
