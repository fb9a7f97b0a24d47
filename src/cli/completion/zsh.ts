import { type CompletedOption, type CompletionModel, listedBy, type Values } from './model.ts';

/** A completion script for zsh: to be sourced, or kept as `_comms` in a directory of fpath. */
export function zshScript({ words, commands }: CompletionModel): string {
  const families = [...new Set(words.map(({ after }) => after).filter((after) => after !== ''))];
  return `#compdef comms
# zsh completion for comms. Use: source <(comms completion zsh), after compinit
${LISTS.map(namesFunction).join('\n')}

_comms() {
  local command=\${words[2]}
  local -a items
  if ((CURRENT == 2)) || { [[ $command == help ]] && ((CURRENT == 3)); }; then
    items=(
${described(words, '')}
    )
    _describe command items
    return
  fi
  case $command in
${families.map((family) => familyCase(words, family)).join('\n')}
  esac
  case $command in
${commands.map(({ name, options, argument }) => commandCase(name, options, argument)).join('\n')}
  esac
}

# Sourced, it registers itself; loaded from fpath, it is the function.
if [[ \${funcstack[1]} == _comms ]]; then _comms "$@"; else compdef _comms comms; fi
`;
}

function described(words: CompletionModel['words'], family: string): string {
  return words
    .filter(({ after }) => after === family)
    .map(({ word, summary }) => `      ${quote(`${word}:${summary.replaceAll(':', '\\:')}`)}`)
    .join('\n');
}

function familyCase(words: CompletionModel['words'], family: string): string {
  return `    ${family})
      if ((CURRENT == 3)); then
        items=(
${described(words, family)}
        )
        _describe command items
        return
      fi
      command="$command \${words[3]}"
      shift words; ((CURRENT--)) ;;`;
}

function commandCase(name: string, options: CompletedOption[], argument: Values): string {
  const specs = options.flatMap(({ names, summary, values }) => {
    const text = summary.replaceAll('[', '(').replaceAll(']', ')').replaceAll(':', '\\:');
    return names.map((option) => quote(`*${option}[${text}]${values ? `:value:${action(values)}` : ''}`));
  });
  const rest = argument.words.length > 0 || argument.completes ? [quote(`*:argument:${action(argument)}`)] : [];
  return `    ${quote(name)})
      shift words; ((CURRENT--))
      _arguments -S ${[...specs, ...rest].join(' \\\n        ')} ;;`;
}

const LISTS = ['agent', 'group', 'channel', 'phase', 'task', 'held'] as const;

/** A function of the shell that offers what `comms` lists. */
function namesFunction(kind: (typeof LISTS)[number]): string {
  return `_comms_${kind}s() {
  local -a names
  names=(\${(f)"$(comms ${listedBy(kind)} --quiet 2>/dev/null)"})
  compadd -a names
}`;
}

function action({ words, completes }: Values): string {
  if (listedBy(completes) !== undefined) return `_comms_${completes}s`;
  if (completes === 'file') return '_files';
  if (completes === 'directory') return '_files -/';
  return words.length === 0 ? ' ' : `(${words.join(' ')})`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
