import { CommsError } from '../errors.ts';
import { nearest } from '../message/names.ts';
import { ALL_COMMANDS, type CommandEntry } from './table.ts';

/** What an argv asks for. `rest` is what the command itself parses. */
export type Found =
  | { kind: 'command'; entry: CommandEntry; rest: string[] }
  | { kind: 'family'; family: string }
  | { kind: 'overview' }
  | { kind: 'version' };

const TAKES_VALUE = new Set(['--workspace']);
const FLAGS = new Set(['--json', '--no-color', '-q', '--quiet', '-h', '--help']);

/**
 * Finds the command in an argv (without node and script). Global options may stand before it.
 * @throws UNKNOWN_COMMAND, USAGE
 */
export function findCommand(argv: readonly string[]): Found {
  const { leading, words, version } = splitLeading(argv);
  if (version) return { kind: 'version' };
  const [first, second] = words;
  if (first === undefined) return { kind: 'overview' };
  if (first === 'help') return words.length === 1 ? { kind: 'overview' } : findWord([...words.slice(1), ...leading, '--help']);
  return findWord([first, ...(second === undefined ? [] : [second]), ...leading, ...words.slice(2)]);
}

function findWord(words: string[]): Found {
  const [first = '', second = '', ...others] = words;
  const pair = byName(`${first} ${second}`);
  if (pair) return { kind: 'command', entry: pair, rest: others };
  const single = byName(first);
  if (single) return { kind: 'command', entry: single, rest: words.slice(1) };
  const family = ALL_COMMANDS.filter(({ name }) => name.startsWith(`${first} `));
  if (family.length === 0) throw unknownCommand(first, topLevelNames());
  if (second !== '' && !second.startsWith('-')) {
    throw unknownCommand(
      `${first} ${second}`,
      family.map(({ name }) => name),
      `comms ${first} --help`,
    );
  }
  if (words.includes('--help') || words.includes('-h')) return { kind: 'family', family: first };
  // `comms agents` is `comms agents list`: the harmless one that people expect.
  const list = byName(`${first} list`);
  return list ? { kind: 'command', entry: list, rest: words.slice(1) } : { kind: 'family', family: first };
}

function byName(name: string): CommandEntry | undefined {
  return ALL_COMMANDS.find((entry) => entry.name === name);
}

function topLevelNames(): string[] {
  return [...new Set([...ALL_COMMANDS.map(({ name }) => name.split(' ')[0] ?? name), 'help'])];
}

function unknownCommand(word: string, known: string[], help = 'comms --help'): CommsError {
  const near = nearest(word, known);
  const hint = near === undefined ? `Run: ${help}` : `Did you mean: comms ${near}`;
  return new CommsError('UNKNOWN_COMMAND', `There is no command "${word}".`, { hint, details: { command: word, nearest: near } });
}

function splitLeading(argv: readonly string[]): { leading: string[]; words: string[]; version: boolean } {
  const leading: string[] = [];
  let at = 0;
  for (; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (word === '--version' || word === '-V') return { leading, words: [], version: true };
    if (!word.startsWith('-')) break;
    leading.push(word);
    if (TAKES_VALUE.has(word)) leading.push(argv[++at] ?? '');
    else if (!FLAGS.has(word) && !word.startsWith('--workspace=')) throw unknownLeading(word);
  }
  return { leading, words: argv.slice(at), version: false };
}

function unknownLeading(word: string): CommsError {
  const near = nearest(word, [...TAKES_VALUE, ...FLAGS, '--version']);
  const hint = near === undefined ? 'Options of a command stand after it. Run: comms --help' : `Did you mean ${near} (see comms --help)`;
  return new CommsError('USAGE', `"${word}" is not an option of comms.`, { hint, details: { option: word, nearest: near } });
}
