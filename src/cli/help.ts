import type { CommandSpec } from './command.ts';
import { COMMANDS, type CommandEntry } from './table.ts';

/** Help is fixed at this width, so that it does not depend on the terminal. */
export const HELP_WIDTH = 80;

/** What follows the options in the help of a command. */
export function helpAfter({ examples, notes = [] }: CommandSpec): string {
  const shown = examples.map(({ command, does }) => `  # ${does}\n  ${command}`);
  return ['', ...notes.flatMap((note) => [wrapped(note), '']), 'Examples:', ...shown].join('\n');
}

/** What `comms` alone prints: every command by group, and how to begin. */
export function overview(version: string): string {
  const all = Object.entries(COMMANDS).filter(([, entries]) => entries.length > 0);
  const width = Math.max(...all.flatMap(([, entries]) => entries.map(({ name }) => name.length)));
  return [
    `comms ${version}: typed messages between coding agents, in files that people can read`,
    '',
    'Usage: comms <command> [options]',
    '',
    ...all.flatMap(([group, entries]) => [`${group}:`, ...lines(entries, width), '']),
    'Examples:',
    '  comms init --agents claude,gpt',
    '  comms send --from claude --to gpt --type INFO --subject "Hello" --details "Up and running"',
    '  comms inbox --as gpt',
    '',
    'Every command takes --workspace DIR, --json, --no-color, --quiet and --help.',
    'COMMS_AGENT says who you are, COMMS_WORKSPACE where the workspace is.',
  ].join('\n');
}

/** What `comms agents --help` prints. */
export function familyHelp(family: string): string {
  const entries = Object.values(COMMANDS)
    .flat()
    .filter(({ name }) => name.startsWith(`${family} `));
  const width = Math.max(...entries.map(({ name }) => name.length));
  return [
    `Usage: comms ${family} <command> [options]`,
    '',
    'Commands:',
    ...lines(entries, width),
    '',
    'Examples:',
    ...entries.map(({ name }) => `  comms ${name} --help`),
  ].join('\n');
}

/** A paragraph, filled to the width of the rest. Lines that are indented stay as they are. */
function wrapped(note: string): string {
  const paragraphs = note.replaceAll(/([^\n])\n(?=\S)/g, '$1 ').split('\n');
  return paragraphs.map((paragraph) => (/^\s/.test(paragraph) ? paragraph : fill(paragraph))).join('\n');
}

function fill(paragraph: string): string {
  const filled: string[] = [''];
  for (const word of paragraph.split(' ')) {
    const line = filled.at(-1) ?? '';
    if (line === '') filled[filled.length - 1] = word;
    else if (line.length + 1 + word.length <= HELP_WIDTH) filled[filled.length - 1] = `${line} ${word}`;
    else filled.push(word);
  }
  return filled.join('\n');
}

function lines(entries: readonly CommandEntry[], width: number): string[] {
  return entries.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
}
