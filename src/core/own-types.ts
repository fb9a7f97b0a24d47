import type { ValidateFunction } from 'ajv';
import { CommsError } from '../errors.ts';
import type { Problem } from '../message/message.ts';
import { schemaProblems } from '../message/validate.ts';
import type { OwnTypeValidator } from './context.ts';

/** What is in schemas/<type>.schema.json, parsed; undefined where there is no such file. @throws INVALID_CONFIG where it is not JSON */
export type LoadSchema = (type: string) => Promise<unknown>;

/**
 * Validates messages of the workspace's own types. A schema describes the whole message, as the built-in ones do, and may
 * refer to those ("envelope.schema.json"). Without a schema the content is free. ajv is loaded with the first schema.
 * @throws INVALID_CONFIG, when it is called, for a schema that cannot be compiled
 */
export function createOwnTypeValidator(loadSchema: LoadSchema): OwnTypeValidator {
  const validators = new Map<string, Promise<ValidateFunction | undefined>>();
  return async (message): Promise<Problem[]> => {
    const { type } = message;
    const validator = validators.get(type) ?? compile(type, loadSchema);
    validators.set(type, validator);
    const validate = await validator;
    return validate ? schemaProblems(validate, message) : [];
  };
}

async function compile(type: string, loadSchema: LoadSchema): Promise<ValidateFunction | undefined> {
  const schema = await loadSchema(type);
  if (schema === undefined) return undefined;
  const [{ Ajv2020 }, { schemas }] = await Promise.all([import('ajv/dist/2020.js'), import('../generated/schemas.ts')]);
  const ajv = new Ajv2020({ allErrors: true, strict: false, logger: false, schemas: Object.values(schemas) as object[] });
  // Other formats only describe; this one the envelope itself uses, and it has been checked by then.
  ajv.addFormat('date-time', true);
  try {
    if (typeof schema !== 'object' || schema === null) throw new Error('a schema is a JSON object');
    return ajv.compile(schema);
  } catch (cause) {
    throw new CommsError(
      'INVALID_CONFIG',
      `The schema of ${type} cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        hint: `Mend schemas/${type}.schema.json in the workspace, a JSON Schema of draft 2020-12.`,
        details: { file: `schemas/${type}.schema.json`, type },
        cause,
      },
    );
  }
}
