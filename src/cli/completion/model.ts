import type { CommandSpec, Completion, OptionSpec } from '../command.ts';
import { GLOBAL_OPTIONS } from '../globals.ts';
import { ALL_COMMANDS } from '../table.ts';

/** What the scripts for all shells are made of. */
export interface CompletionModel {
  /** What may follow `comms`, and `comms agents`. */
  words: { after: string; word: string; summary: string }[];
  commands: { name: string; options: CompletedOption[]; argument: Values }[];
}

export interface CompletedOption {
  /** Such as `-q` and `--quiet`. */
  names: string[];
  summary: string;
  /** Undefined for an option without a value. */
  values?: Values;
}

/** What may stand for a value: fixed words, and what a shell knows or asks `comms` for. */
export interface Values {
  words: readonly string[];
  completes?: Completion | undefined;
}

/** The command that lists what a shell is to offer; undefined for what it knows itself. */
export function listedBy(completes: Completion | undefined): string | undefined {
  if (completes === undefined || completes === 'file' || completes === 'directory') return undefined;
  return completes === 'agent' ? 'agents list' : `${completes} list`;
}

export async function completionModel(): Promise<CompletionModel> {
  const specs = await Promise.all(ALL_COMMANDS.map(async ({ load }) => (await load()).spec));
  return { words: wordsOf(), commands: specs.map(commandOf) };
}

function wordsOf(): CompletionModel['words'] {
  const words = new Map<string, CompletionModel['words'][number]>();
  const add = (after: string, word: string, summary: string) => {
    if (!words.has(`${after} ${word}`)) words.set(`${after} ${word}`, { after, word, summary });
  };
  for (const { name, summary } of ALL_COMMANDS) {
    const [first = '', second] = name.split(' ');
    add('', first, second === undefined ? summary : familySummary(first));
    if (second !== undefined) add(first, second, summary);
  }
  add('', 'help', 'explain a command');
  return [...words.values()];
}

function familySummary(family: string): string {
  const members = ALL_COMMANDS.flatMap(({ name }) => (name.startsWith(`${family} `) ? name.slice(family.length + 1) : []));
  return members.join(', ');
}

function commandOf(spec: CommandSpec): CompletionModel['commands'][number] {
  const [argument] = spec.arguments ?? [];
  const help: OptionSpec = { flags: '-h, --help', summary: 'show this help' };
  return {
    name: spec.name,
    options: [...(spec.options ?? []), ...GLOBAL_OPTIONS, help].map(optionOf),
    argument: { words: argument?.choices ?? argument?.suggestions ?? [], completes: argument?.completes },
  };
}

function optionOf({ flags, summary, choices, suggestions, completes }: OptionSpec): CompletedOption {
  const names = flags.split(/[ ,]+/).filter((part) => part.startsWith('-'));
  return flags.includes('<') ? { names, summary, values: { words: choices ?? suggestions ?? [], completes } } : { names, summary };
}
