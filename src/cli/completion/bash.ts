import { type CompletionModel, listedBy, type Values } from './model.ts';

/** A completion script for bash 3.2 and later; needs no bash-completion package. */
export function bashScript({ words, commands }: CompletionModel): string {
  const families = [...new Set(words.map(({ after }) => after).filter((after) => after !== ''))];
  const top = words.filter(({ after }) => after === '').map(({ word }) => word);
  return `# bash completion for comms. Use: source <(comms completion bash)
_comms() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} command="" word i skip=0
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((skip)); then skip=0; continue; fi
    case $word in
      --workspace) skip=1 ;;
      -*) ;;
      *)
        if [[ -z $command ]]; then command=$word
        elif [[ " ${families.join(' ')} " == *" $command "* ]]; then command="$command $word"; break
        else break; fi ;;
    esac
  done
  COMPREPLY=()
  case "$command $prev" in
${commands.flatMap(({ name, options }) => options.flatMap(({ names, values }) => (values ? names.map((option) => `    "${name} ${option}") ${reply(values)}; return ;;`) : []))).join('\n')}
  esac
  if [[ $cur == -* ]]; then
    case $command in
${commands.map(({ name, options }) => `      "${name}") COMPREPLY=($(compgen -W "${options.flatMap(({ names }) => names).join(' ')}" -- "$cur")) ;;`).join('\n')}
      *) COMPREPLY=($(compgen -W "--workspace --json --no-color --quiet --help --version" -- "$cur")) ;;
    esac
    return
  fi
  case $command in
    "" | help) COMPREPLY=($(compgen -W "${top.join(' ')}" -- "$cur")) ;;
${families.map((family) => `    "${family}") COMPREPLY=($(compgen -W "${wordsAfter(words, family)}" -- "$cur")) ;;`).join('\n')}
${commands
  .filter(({ argument }) => argument.words.length > 0 || argument.completes)
  .map(({ name, argument }) => `    "${name}") ${reply(argument)} ;;`)
  .join('\n')}
  esac
}
complete -o default -F _comms comms
`;
}

function wordsAfter(words: CompletionModel['words'], family: string): string {
  return words.flatMap(({ after, word }) => (after === family ? [word] : [])).join(' ');
}

function reply({ words, completes }: Values): string {
  if (completes === 'file') return 'COMPREPLY=($(compgen -f -- "$cur"))';
  if (completes === 'directory') return 'COMPREPLY=($(compgen -d -- "$cur"))';
  const list = listedBy(completes);
  const listed = list === undefined ? '' : ` $(comms ${list} --quiet 2>/dev/null | ${PLAIN_ONLY})`;
  return words.length === 0 && listed === '' ? ':' : `COMPREPLY=($(compgen -W "${words.join(' ')}${listed}" -- "$cur"))`;
}

/** `compgen -W` runs what stands in `$(…)` within a word, and others may have written the names. */
const PLAIN_ONLY = "grep -x '[A-Za-z0-9._-]*'";
