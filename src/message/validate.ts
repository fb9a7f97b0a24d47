import { CommsError } from '../errors.ts';
import { schemas } from '../generated/schemas.ts';
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
import { describe, isObject, isTooDeep } from './json.ts';
import { isBuiltInType, type Message, type Problem } from './message.ts';
import { schemaProblems } from './schema-problems.ts';
import { unknownType } from './types.ts';

export { schemaProblems };

export interface ValidateOptions {
  /** Checks a message of the workspace's own type; undefined where it has no schema. */
  validateOwnType?: ((type: string, message: unknown) => Problem[] | undefined) | undefined;
}

const BY_TYPE = { ACK, BUG_REPORT, CODE_CHANGE, COORDINATION, DISCOVERY, FIX_REQUEST, INFO, QUERY, QUESTION, RESPONSE, TEST_RESULT };

/** What `comms` sends must satisfy: the envelope, and the schema of its type. One problem a path, all of them errors. */
export function validateMessage(message: unknown, { validateOwnType }: ValidateOptions = {}): Problem[] {
  const refused = unreadable(message);
  if (refused) return [refused];
  const type = typeOf(message);
  const problems = problemsByType(message, type);
  if (type === undefined || isBuiltInType(type) || problems.some(({ path }) => path === '/type')) return problems;
  const known = new Set(problems.map(({ path }) => path));
  const own = (validateOwnType?.(type, message) ?? []).filter(({ path }) => path === undefined || !known.has(path));
  return [...problems, ...own];
}

/** Missing from messages in the field so often that it is only worth a warning. */
const OFTEN_MISSING = new Set([
  '/references',
  '/requires_response',
  '/priority',
  '/content/attachments',
  '/content/context',
  // Required of a FIX_REQUEST only.
  '/content/context/files',
]);

/** The same for a message that was found in a file: what people and agents commonly leave out is a warning. */
export function inspectMessage(message: unknown, options: ValidateOptions = {}): Problem[] {
  return validateMessage(message, options).map((problem) => {
    const missing = problem.code === 'MISSING_FIELD' && OFTEN_MISSING.has(problem.path ?? '');
    const asks = problem.code === 'NOT_ALLOWED' && problem.path === '/requires_response';
    return missing || asks ? { ...problem, severity: 'warning' } : problem;
  });
}

/** How many problems an error's message tells; its details hold all. */
const SHOWN = 3;

/** @throws INVALID_MESSAGE with details {problems}, or UNKNOWN_TYPE */
export function assertValid(message: unknown, options: ValidateOptions = {}): asserts message is Message {
  const problems = validateMessage(message, options);
  const [first] = problems;
  if (first === undefined) return;
  const type = typeOf(message);
  if (type !== undefined && problems.some(({ code }) => code === 'UNKNOWN_TYPE')) throw unknownType(type);
  const more = problems.length > SHOWN ? `; and ${problems.length - SHOWN} more` : '';
  const told = problems.slice(0, SHOWN).map((problem) => problem.message);
  throw new CommsError('INVALID_MESSAGE', `The message is not valid: ${told.join('; ')}${more}.`, {
    hint: first.hint ?? `Run "comms template ${type !== undefined && isBuiltInType(type) ? type : 'INFO'}" for an example.`,
    details: { problems },
  });
}

function unreadable(message: unknown): Problem | undefined {
  if (!isObject(message)) {
    return {
      severity: 'error',
      code: 'WRONG_TYPE',
      path: '',
      message: `/: expected a message as a JSON object, found ${describe(message)}`,
    };
  }
  if (!isTooDeep(message)) return undefined;
  return { severity: 'error', code: 'TOO_DEEP', path: '', message: '/: expected at most 100 levels of nesting, found more' };
}

function problemsByType(message: unknown, type: string | undefined): Problem[] {
  const name = type !== undefined && isBuiltInType(type) ? type : 'envelope';
  const validate = name === 'envelope' ? envelope : BY_TYPE[name];
  const problems = schemaProblems(validate, message, schemas[name]);
  if (!problems.some(({ path, code }) => path === '/content/context' && code === 'MISSING_FIELD')) return problems;
  // Without its context nothing could be said of what the type requires in it.
  const inContext = schemaProblems(validate, withContext(message), schemas[name]);
  return [...problems, ...inContext.filter(({ path }) => path?.startsWith('/content/context/'))];
}

function withContext(message: unknown): unknown {
  return isObject(message) && isObject(message.content) ? { ...message, content: { ...message.content, context: {} } } : message;
}

function typeOf(message: unknown): string | undefined {
  return isObject(message) && typeof message.type === 'string' ? message.type : undefined;
}
