import type { Problem } from '../message/message.ts';
import { visible } from '../message/text.ts';
import type { Style } from './style.ts';

/** Problems in the order of files, lines and paths; what concerns no file comes last. */
export function sortedProblems(problems: readonly Problem[]): Problem[] {
  return [...problems].sort(
    (a, b) =>
      compare(a.file ?? '\uffff', b.file ?? '\uffff') ||
      (a.line ?? 0) - (b.line ?? 0) ||
      compare(a.path ?? '', b.path ?? '') ||
      compare(a.code, b.code),
  );
}

/** `file:line: error CODE /path: message`, as compilers do and editors can jump to; a hint on a line below. */
export function problemLines(problems: readonly Problem[], style: Style): string {
  return problems.map((problem) => problemText(problem, style)).join('\n');
}

/** Such as "2 errors, 1 warning". */
export function problemCount(problems: readonly Problem[]): string {
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const parts = [counted(errors, 'error'), counted(problems.length - errors, 'warning')];
  return parts.filter((part) => part !== '').join(', ');
}

/** What a command that looked for problems ends with: 6 where there are errors, else 0. */
export function exitFor(problems: readonly Problem[]): number {
  return problems.some(({ severity }) => severity === 'error') ? 6 : 0;
}

function problemText({ severity, code, message, hint, path, file, line }: Problem, style: Style): string {
  const place = file === undefined ? '' : `${visible(file)}${line === undefined ? '' : `:${line}`}: `;
  const word = severity === 'error' ? style.bad(severity) : style.warn(severity);
  // Most messages begin with their path already.
  const about = path === undefined || path === '' || message.startsWith(path) ? '' : `${visible(path)}: `;
  const head = `${place}${word} ${code} ${about}${visible(message)}`;
  return hint === undefined ? head : `${head}\n  ${style.strong('hint:')} ${visible(hint)}`;
}

function counted(count: number, word: string): string {
  if (count === 0) return '';
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
