import type { CommanderError } from 'commander';
import { CommsError } from '../errors.ts';
import { nearest } from '../message/names.ts';
import type { CommandSpec } from './command.ts';
import { GLOBAL_OPTIONS } from './globals.ts';

/** Says what commander found wrong with a command line in our words, with the next step. */
export function usageError(error: CommanderError, spec: CommandSpec): CommsError {
  const quoted = /'([^']*)'/.exec(error.message)?.[1] ?? '';
  const help = `Run: comms ${spec.name} --help`;
  const usage = (message: string, hint = help, details = {}) =>
    new CommsError('USAGE', message, { hint, details: { command: spec.name, ...details } });
  switch (error.code) {
    case 'commander.unknownOption': {
      const near = nearest(quoted, longOptions(spec));
      return usage(`"${quoted}" is not an option of comms ${spec.name}.`, near ? `Did you mean ${near}? ${help}` : help, {
        option: quoted,
        nearest: near,
      });
    }
    case 'commander.missingArgument':
      return usage(`comms ${spec.name} needs <${quoted}>.`);
    case 'commander.optionMissingArgument':
      return usage(`The option ${quoted} needs a value.`);
    case 'commander.missingMandatoryOptionValue':
      return usage(`comms ${spec.name} needs the option ${quoted}.`);
    case 'commander.excessArguments':
      return usage(`comms ${spec.name} takes ${count(spec.arguments?.length ?? 0)}.`, `Quote what belongs together. ${help}`);
    default:
      return usage(error.message.replace(/^error: /, ''));
  }
}

/** The same error with where to read on. */
export function withHelp({ code, message, hint, details, cause }: CommsError, spec: CommandSpec): CommsError {
  const help = `Run: comms ${spec.name} --help`;
  return new CommsError(code, message, { hint: hint === undefined ? help : `${hint} ${help}`, ...(details && { details }), cause });
}

function longOptions(spec: CommandSpec): string[] {
  const all = [...(spec.options ?? []), ...GLOBAL_OPTIONS, { flags: '--help' }];
  return all.flatMap(({ flags }) => flags.split(/[ ,]+/).filter((part) => part.startsWith('--')));
}

function count(expected: number): string {
  if (expected === 0) return 'no arguments';
  return expected === 1 ? 'only one argument' : `only ${expected} arguments`;
}
