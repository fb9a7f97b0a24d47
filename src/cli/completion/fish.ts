import { type CompletionModel, listedBy, type Values } from './model.ts';

/** A completion script for fish. */
export function fishScript({ words, commands }: CompletionModel): string {
  const families = [...new Set(words.map(({ after }) => after).filter((after) => after !== ''))];
  return [
    '# fish completion for comms. Use: comms completion fish > ~/.config/fish/completions/comms.fish',
    'function __comms_words',
    '  set -l skip 0',
    '  set -l tokens (commandline -opc)',
    '  set -e tokens[1]',
    '  for word in $tokens',
    '    if test $skip = 1; set skip 0; continue; end',
    '    switch $word',
    "      case '--workspace'; set skip 1",
    "      case '-*'",
    "      case '*'; echo $word",
    '    end',
    '  end',
    'end',
    'function __comms_at',
    '  set -l words (__comms_words)',
    '  set -l length (count $argv)',
    '  test "$words[1..$length]" = "$argv"',
    'end',
    'function __comms_is',
    '  set -l words (__comms_words)',
    '  test "$words" = "$argv"',
    'end',
    'complete -c comms -f',
    ...words.map(
      ({ after, word, summary }) => `complete -c comms -n ${quote(`__comms_is ${quote(after)}`)} -a ${word} -d ${quote(summary)}`,
    ),
    ...words.filter(({ after }) => after === '').map(({ word }) => `complete -c comms -n ${quote('__comms_is help')} -a ${word}`),
    ...commands.flatMap(({ name, options, argument }) => [
      ...options.map(({ names, summary, values }) => optionLine(name, names, summary, values)),
      ...(argument.words.length > 0 || argument.completes
        ? [`complete -c comms -n ${quote(`__comms_at ${name}`)} ${valuesOf(argument)}`]
        : []),
    ]),
    ...(families.length > 0 ? [`# Families: ${families.join(', ')}`] : []),
    '',
  ].join('\n');
}

function optionLine(command: string, names: string[], summary: string, values: Values | undefined): string {
  const flags = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(' ');
  const takes = values ? ` -r ${valuesOf(values)}` : '';
  return `complete -c comms -n ${quote(`__comms_at ${command}`)} ${flags} -d ${quote(summary)}${takes}`;
}

function valuesOf({ words, completes }: Values): string {
  const list = listedBy(completes);
  if (list !== undefined) return `-f -a ${quote(`(comms ${list} --quiet 2>/dev/null)`)}`;
  if (completes === 'file') return '-F';
  if (completes === 'directory') return `-f -a ${quote('(__fish_complete_directories)')}`;
  return words.length === 0 ? '-f' : `-f -a ${quote(words.join(' '))}`;
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
