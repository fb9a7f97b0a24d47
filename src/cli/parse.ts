import { Argument, Command, CommanderError, Option } from 'commander';
import { CommsError } from '../errors.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec } from './command.ts';
import { GLOBAL_OPTIONS } from './globals.ts';
import { HELP_WIDTH, helpAfter } from './help.ts';
import { Options } from './options.ts';
import { usageError, withHelp } from './usage.ts';
import { readValue } from './values.ts';

export type Parsed = { args: string[]; options: Options } | { help: string };

/** Parses what follows the command. @throws USAGE */
export function parseCommand(spec: CommandSpec, rest: readonly string[]): Parsed {
  const { command, options } = build(spec);
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    writeErr: () => {},
  });
  try {
    command.parse([...rest], { from: 'user' });
  } catch (error) {
    if (error instanceof CommsError) throw withHelp(error, spec);
    if (!(error instanceof CommanderError)) throw error;
    if (error.code === 'commander.helpDisplayed') return { help };
    throw usageError(error, spec);
  }
  const values = new Map(options.map((option) => [longName(option), command.getOptionValue(option.attributeName())]));
  return { args: command.processedArgs.flat().filter((arg) => typeof arg === 'string'), options: new Options(values) };
}

function build(spec: CommandSpec): { command: Command; options: Option[] } {
  const command = new Command(`comms ${spec.name}`);
  command
    .description(`${spec.summary[0]?.toUpperCase()}${spec.summary.slice(1)}.`)
    .exitOverride()
    .showSuggestionAfterError(false)
    .addHelpOption(new Option('-h, --help', 'show this help').helpGroup('Global options:'))
    .configureHelp({ helpWidth: HELP_WIDTH })
    .addHelpText('after', helpAfter(spec))
    // Commander refuses to parse a command that does nothing.
    .action(() => {});
  const options = [...(spec.options ?? []).map(toOption), ...GLOBAL_OPTIONS.map((option) => toOption(option).helpGroup('Global options:'))];
  for (const argument of spec.arguments ?? []) command.addArgument(toArgument(argument));
  for (const option of options) command.addOption(option);
  return { command, options };
}

function toOption(spec: OptionSpec): Option {
  const choices = spec.choices ? ` (${spec.choices.join(', ')})` : '';
  const option = new Option(spec.flags, spec.summary + choices);
  if (spec.default !== undefined) option.default(spec.default);
  if (spec.required) option.makeOptionMandatory();
  const repeats = spec.repeat || spec.commas;
  if (option.required) {
    option.argParser((raw: string, before: unknown) => {
      const read = (text: string) => readValue(spec, text);
      if (!repeats) return read(raw);
      const items = spec.commas ? raw.split(',').map((item) => item.trim()) : [raw];
      return [...(Array.isArray(before) ? before : []), ...items.filter((item) => !spec.commas || item !== '').map(read)];
    });
  }
  return option;
}

function toArgument(spec: ArgumentSpec): Argument {
  const name = spec.variadic ? `${spec.name}...` : spec.name;
  const choices = spec.choices ? ` (${spec.choices.join(', ')})` : '';
  const argument = new Argument(spec.required ? `<${name}>` : `[${name}]`, spec.summary + choices);
  if (!spec.choices) return argument;
  return argument.argParser((raw: string) => readValue({ flags: `<${spec.name}>`, ...spec }, raw));
}

/** `--no-requires-response` and `--requires-response` share one name. */
function longName(option: Option): string {
  return option.name().replace(/^no-/, '');
}
