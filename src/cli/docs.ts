import { EXIT_BY_CODE } from '../errors.ts';
import type { ArgumentSpec, CommandSpec, OptionSpec } from './command.ts';
import { GLOBAL_OPTIONS } from './globals.ts';
import { COMMANDS } from './table.ts';

/** docs/cli.md, from the specs of the commands. Written by scripts/cli-docs.mjs; a test checks that it is current. */
export async function commandReference(): Promise<string> {
  const groups = Object.entries(COMMANDS).filter(([, entries]) => entries.length > 0);
  const contents = groups.map(
    ([group, entries]) => `- **${group}**: ${entries.map(({ name }) => `[${name}](#${anchor(name)})`).join(', ')}`,
  );
  const sections = await Promise.all(
    groups.map(async ([group, entries]) => {
      const commands = await Promise.all(entries.map(async ({ load }) => commandSection((await load()).spec)));
      return [`## ${group}`, '', ...commands].join('\n');
    }),
  );
  return `${[
    '# Commands',
    '',
    'Written by `npm run docs` from the specs in `src/cli/commands`; `comms <command> --help` says the same.',
    '',
    ...contents,
    '',
    ...sections,
    globalSection(),
    exitSection(),
  ].join('\n')}`;
}

function commandSection(spec: CommandSpec): string {
  const { name, summary, arguments: args = [], options = [], examples, notes = [] } = spec;
  const usage = ['comms', name, ...args.map(argumentTerm), ...(options.length > 0 ? ['[options]'] : [])].join(' ');
  return [
    `### comms ${name}`,
    '',
    `${summary[0]?.toUpperCase()}${summary.slice(1)}.`,
    '',
    '```sh',
    usage,
    '```',
    '',
    ...list([
      ...args.map((arg) => item(argumentTerm(arg), describeValue(arg))),
      ...options.map((option) => item(option.flags, describeOption(option))),
    ]),
    ...notes.flatMap((note) => [note.replaceAll(/\n(?=\S)/g, ' '), '']),
    '```sh',
    ...examples.map(({ command, does }) => `# ${does}\n${command}`),
    '```',
    '',
  ].join('\n');
}

function globalSection(): string {
  return [
    '## Options of every command',
    '',
    ...list(GLOBAL_OPTIONS.map((option) => item(option.flags, describeOption(option)))),
    '`COMMS_AGENT` is who you are where `--as` or `--from` is not given, `COMMS_WORKSPACE` the workspace where `--workspace` is not.',
    '',
  ].join('\n');
}

/** The stable codes of errors, by the exit status that they lead to. */
function exitSection(): string {
  const statuses = [...new Set(Object.values(EXIT_BY_CODE))].sort((a, b) => a - b);
  const rows = statuses.map((status) => {
    const codes = Object.entries(EXIT_BY_CODE).flatMap(([code, exit]) => (exit === status ? [`\`${code}\``] : []));
    return `| ${status} | ${codes.join(', ')} |`;
  });
  return ['## Exit statuses', '', '| status | codes |', '|---|---|', '| 0 | |', ...rows, '| 130 | SIGINT |', '| 143 | SIGTERM |', ''].join(
    '\n',
  );
}

function argumentTerm({ name, required, variadic }: ArgumentSpec): string {
  const shown = variadic ? `${name}...` : name;
  return required ? `<${shown}>` : `[${shown}]`;
}

function describeOption(option: OptionSpec): string {
  const facts = [option.required ? 'required' : '', option.repeat || option.commas ? 'may be given several times' : ''];
  const more = facts.filter((fact) => fact !== '').join(', ');
  return describeValue(option) + (more === '' ? '' : ` (${more})`);
}

function describeValue({ summary, choices, default: preset }: Pick<OptionSpec, 'summary' | 'choices' | 'default'>): string {
  return `${summary}${choices ? ` (${choices.join(', ')})` : ''}${preset === undefined ? '' : ` (default: ${preset})`}`;
}

function item(term: string, text: string): string {
  return `- \`${term}\`: ${text}`;
}

function list(items: string[]): string[] {
  return items.length === 0 ? [] : [...items, ''];
}

function anchor(name: string): string {
  return `comms-${name.replaceAll(' ', '-')}`;
}
