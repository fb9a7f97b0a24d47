import type { ValidateFunction } from 'ajv';
import { CommsError } from '../errors.ts';
import type { Problem } from '../message/message.ts';
import { isOwnType } from '../message/types.ts';
import { schemaProblems } from '../message/validate.ts';
import { TookTooLong, withinTime } from '../message/within-time.ts';
import type { OwnTypeValidator } from './context.ts';

/** What is in schemas/<type>.schema.json, parsed; undefined where there is no such file. @throws INVALID_CONFIG where it is not JSON */
export type LoadSchema = (type: string) => Promise<unknown>;

/** A schema of a page compiles in some tens of ms, where nothing else keeps the machine busy. */
const MAX_COMPILE_MS = 10_000;
/** Far more than a message takes that is read once or some times over. */
const MAX_CHECK_MS = 1_000;

/**
 * Validates messages of the workspace's own types. A schema describes the whole message, as the built-in ones do, and may
 * refer to those ("envelope.schema.json"). Without a schema the content is free. ajv is loaded with the first schema.
 * @throws INVALID_CONFIG, when it is called, for a schema that cannot be compiled, or that takes seconds for a message: whoever
 * wrote it may have meant to stop everybody who sends, with a pattern such as ^(a+)+$ or with references that go round
 */
export function createOwnTypeValidator(loadSchema: LoadSchema): OwnTypeValidator {
  const validators = new Map<string, Promise<ValidateFunction | undefined>>();
  return async (message): Promise<Problem[]> => {
    const { type } = message;
    const validator = validators.get(type) ?? compile(type, loadSchema);
    validators.set(type, validator);
    const validate = await validator;
    return validate ? check(type, validate, message) : [];
  };
}

function check(type: string, validate: ValidateFunction, message: unknown): Problem[] {
  try {
    return withinTime(MAX_CHECK_MS, () => schemaProblems(validate, message));
  } catch (cause) {
    if (!(cause instanceof TookTooLong)) throw cause;
    throw unusable(type, `a message takes it more than ${MAX_CHECK_MS / 1000} s, or does not come to an end`, cause);
  }
}

async function compile(type: string, loadSchema: LoadSchema): Promise<ValidateFunction | undefined> {
  // A message that somebody wrote by hand may have a path here, which would lead to any file; that it is no type is said elsewhere.
  const schema = isOwnType(type) ? await loadSchema(type) : undefined;
  if (schema === undefined) return undefined;
  const [{ Ajv2020 }, { schemas }] = await Promise.all([import('ajv/dist/2020.js'), import('../generated/schemas.ts')]);
  const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false, schemas: Object.values(schemas) as object[] });
  // Other formats only describe; this one the envelope itself uses, and it has been checked by then.
  ajv.addFormat('date-time', true);
  try {
    if (typeof schema !== 'object' || schema === null) throw new Error('a schema is a JSON object');
    return withinTime(MAX_COMPILE_MS, () => ajv.compile(schema));
  } catch (cause) {
    const why =
      cause instanceof TookTooLong ? 'it is too large, or refers to itself' : cause instanceof Error ? cause.message : String(cause);
    throw unusable(type, why, cause);
  }
}

function unusable(type: string, why: string, cause: unknown): CommsError {
  return new CommsError('INVALID_CONFIG', `The schema of ${type} cannot be used: ${shorten(why)}.`, {
    hint: `Mend schemas/${type}.schema.json in the workspace, a JSON Schema of draft 2020-12 without repetitions inside repetitions.`,
    details: { file: `schemas/${type}.schema.json`, type },
    cause,
  });
}

/** Ajv quotes what it does not understand, of whatever length. */
function shorten(text: string): string {
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
}
