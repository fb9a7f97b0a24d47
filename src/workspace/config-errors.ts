import type { Problem } from '../message/message.ts';
import { problemOf, type SchemaError } from '../message/schema-problems.ts';

const NAME = 'a name in lower case (a-z, 0-9, "-" and "_")';

/** Says what is wrong with a config.json, one problem a place, with what was expected and what was found. */
export function describeConfigErrors(errors: readonly SchemaError[], data: unknown): Problem[] {
  const byPath = new Map<string, Problem>();
  for (const error of errors) {
    const problem = nameProblem(error) ?? durationProblem(error) ?? problemOf(error, data);
    if (problem) byPath.set(problem.path ?? '', byPath.get(problem.path ?? '') ?? problem);
  }
  return [...byPath.values()];
}

function nameProblem({ keyword, instancePath: path, params }: SchemaError): Problem | undefined {
  // The pattern's own error has the path of the object, not of the name in it.
  if (keyword === 'pattern' && path === '/agents') return undefined;
  if (keyword !== 'propertyNames') return undefined;
  const name = String(params.propertyName);
  return { severity: 'error', code: 'BAD_FORMAT', path: `${path}/${name}`, message: `${path}/${name}: expected ${NAME}` };
}

/** Durations are all that may have one of several forms. */
function durationProblem({ schemaPath = '', instancePath: path }: SchemaError & { schemaPath?: string }): Problem | undefined {
  if (!schemaPath.includes('duration')) return undefined;
  return {
    severity: 'error',
    code: 'BAD_FORMAT',
    path,
    message: `${path}: expected a duration such as "30s", "10m", "2h" or "7d", or a number of seconds`,
  };
}
