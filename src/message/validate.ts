import { CommsError } from '../errors.ts';
import {
  ACK,
  BUG_REPORT,
  CODE_CHANGE,
  COORDINATION,
  DISCOVERY,
  envelope,
  FIX_REQUEST,
  INFO,
  QUERY,
  QUESTION,
  RESPONSE,
  TEST_RESULT,
} from '../generated/validators.js';
import { isBuiltInType, type Message, type Problem } from './message.ts';
import { problemOf, type SchemaError } from './schema-problems.ts';
import { unknownType } from './types.ts';

export interface ValidateOptions {
  /** Checks a message of the workspace's own type; undefined where it has no schema. */
  validateOwnType?: ((type: string, message: unknown) => Problem[] | undefined) | undefined;
}

const BY_TYPE = { ACK, BUG_REPORT, CODE_CHANGE, COORDINATION, DISCOVERY, FIX_REQUEST, INFO, QUERY, QUESTION, RESPONSE, TEST_RESULT };

/** What `comms` sends must satisfy: the envelope and, for a built-in type, its schema. One problem a path. */
export function validateMessage(message: unknown, { validateOwnType }: ValidateOptions = {}): Problem[] {
  const type = typeOf(message);
  const problems = schemaProblems(type !== undefined && isBuiltInType(type) ? BY_TYPE[type] : envelope, message);
  if (problems.length > 0 || type === undefined || isBuiltInType(type)) return problems;
  return validateOwnType?.(type, message) ?? [];
}

/** Missing in messages in the field so often that it is only worth a warning. */
const LENIENT = new Set([
  '/references',
  '/requires_response',
  '/priority',
  '/content/attachments',
  '/content/context',
  '/content/context/files',
]);

/** The same for a message that was found in a file: what people and agents commonly leave out is a warning. */
export function inspectMessage(message: unknown, options: ValidateOptions = {}): Problem[] {
  return validateMessage(message, options).map((problem) => {
    const missing = problem.code === 'MISSING_FIELD' && LENIENT.has(problem.path ?? '');
    const asks = problem.path === '/requires_response' && problem.code === 'NOT_ALLOWED';
    return missing || asks ? { ...problem, severity: 'warning' } : problem;
  });
}

/** @throws INVALID_MESSAGE with details {problems}, or UNKNOWN_TYPE */
export function assertValid(message: unknown, options: ValidateOptions = {}): asserts message is Message {
  const problems = validateMessage(message, options);
  if (problems.length === 0) return;
  const type = typeOf(message);
  if (problems.some(({ code }) => code === 'UNKNOWN_TYPE') && type !== undefined) throw unknownType(type);
  const [first] = problems;
  const more = problems.length - SHOWN;
  throw new CommsError(
    'INVALID_MESSAGE',
    `The message is not valid: ${problems
      .slice(0, SHOWN)
      .map(({ message: text }) => text)
      .join('; ')}${more > 0 ? `; and ${more} more` : ''}.`,
    { hint: first?.hint ?? `Run "comms template ${type ?? 'INFO'}" for an example.`, details: { problems } },
  );
}

/** How many problems an error's message tells; its details hold all. */
const SHOWN = 3;

/** What a generated validator has against a value. */
export function schemaProblems(validate: { (data: unknown): boolean; errors?: SchemaError[] | null }, value: unknown): Problem[] {
  if (validate(value)) return [];
  const problems = new Map<string, Problem>();
  for (const error of validate.errors ?? []) {
    const problem = problemOf(error, value);
    if (problem && !problems.has(problem.path ?? '')) problems.set(problem.path ?? '', problem);
  }
  return [...problems.values()];
}

function typeOf(message: unknown): string | undefined {
  const type = typeof message === 'object' && message !== null && 'type' in message ? message.type : undefined;
  return typeof type === 'string' ? type : undefined;
}
