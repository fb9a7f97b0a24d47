import { SYNCING } from '../../git/environment.ts';
import { quoted, startWith } from './drivers.ts';

/** After these git has put others' work beside ours. A cherry-pick has none; the next write sees it. */
export const HOOKS = ['post-merge', 'post-rewrite'] as const;
const BEGIN = '# comms: begin (comms git setup --remove takes it out)';
const END = '# comms: end';

/**
 * The text of a hook with our part: in front, so that an `exit` behind it does no harm, in a process of its own, and never
 * failing. Undefined for a hook that is no shell script, where there is no place for it.
 */
export function withHook(text: string | undefined, { program, place }: { program: readonly string[]; place: string }): string | undefined {
  const rest = text === undefined ? '#!/bin/sh\n' : withoutHook(text);
  const [first = ''] = rest.split('\n', 1);
  if (!/^#!.*\b(?:ba|da|k|z)?sh\b/.test(first)) return undefined;
  const call = `git reconcile --workspace ${quoted(place)} --quiet`;
  // A linked working tree has a copy of the workspace that nobody writes to.
  const part = [
    '(',
    '  [ -d .git ] || exit 0',
    // A sync settles by itself, and has the lock while git merges.
    `  [ -z "$${SYNCING}" ] || exit 0`,
    '  unset $(git rev-parse --local-env-vars)',
    `  ${startWith(program.map(quoted), call)}`,
    ') </dev/null >/dev/null 2>&1 || :',
  ];
  return `${first}\n${[BEGIN, ...part, END].join('\n')}\n${rest.slice(first.length + 1)}`;
}

/** The same without it. */
export function withoutHook(text: string): string {
  const [start, end] = [text.indexOf(BEGIN), text.indexOf(`${END}\n`)];
  return start < 0 || end < start ? text : text.slice(0, start) + text.slice(end + END.length + 1);
}

/** Whether nothing is left of a hook but its first line. */
export function isEmptyHook(text: string): boolean {
  return /^(?:#![^\n]*\n?)?\s*$/.test(text);
}
