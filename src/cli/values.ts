import { CommsError } from '../errors.ts';
import { parseDuration } from '../message/duration.ts';
import { nearest } from '../message/names.ts';
import type { OptionSpec } from './command.ts';

/** Reads the value of an option as its spec says: a text, an integer, or a duration in ms. @throws USAGE */
export function readValue(spec: Pick<OptionSpec, 'flags' | 'value' | 'choices'>, raw: string): string | number {
  const name = spec.flags.split(/[ ,]+/).find((part) => part.startsWith('--')) ?? spec.flags;
  if (spec.value === 'integer') return readInteger(name, raw);
  if (spec.value === 'duration') return readDuration(name, raw);
  return spec.choices ? readChoice(name, raw, spec.choices) : raw;
}

function readInteger(name: string, raw: string): number {
  if (/^\d{1,15}$/.test(raw)) return Number(raw);
  throw wrongValue(name, raw, 'a whole number, such as 10');
}

function readDuration(name: string, raw: string): number {
  try {
    return parseDuration(raw);
  } catch {
    // Said once more, with the name of the option.
    throw wrongValue(name, raw, 'a duration, such as 30s, 10m, 2h or 7d');
  }
}

function readChoice(name: string, raw: string, choices: readonly string[]): string {
  const choice = choices.find((candidate) => candidate.toLowerCase() === raw.toLowerCase());
  if (choice !== undefined) return choice;
  throw wrongValue(name, raw, `one of ${choices.join(', ')}`, nearest(raw, choices));
}

function wrongValue(name: string, raw: string, expected: string, near?: string): CommsError {
  return new CommsError('USAGE', `${name} takes ${expected}; "${raw}" is none.`, {
    // The command is not known here; whoever parses adds where to read on.
    hint: near === undefined ? undefined : `Did you mean ${near}?`,
    details: { option: name, value: raw, expected },
  });
}
