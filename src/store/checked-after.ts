import type { Problem } from '../message/message.ts';
import { isOfIds, type Renamed, renamedProblem } from './give-ids.ts';
import type { Checked } from './store.ts';

/** What a mending came to: what is still wrong, and what is not any more. An id is told by who got which one. */
export function checkedAfter(before: readonly Problem[], after: Problem[], renamed: readonly Renamed[]): Checked {
  const left = new Set(after.map(nameOf));
  const fixed = before.filter((problem) => !left.has(nameOf(problem)) && !(isOfIds(problem) && renamed.length > 0));
  return { problems: after, fixed: [...fixed, ...renamed.map(renamedProblem)] };
}

/** Lines move when a file is mended, so they do not count. */
function nameOf({ code, file, path, message }: Problem): string {
  return [code, file, path, message].join('\0');
}
