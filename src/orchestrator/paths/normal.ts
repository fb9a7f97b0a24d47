import { CommsError } from '../../errors.ts';
import { quote } from '../../message/text.ts';

const LONGEST_GLOB = 1_024;

/** Everything in the repository: what `.` means at its top. */
const EVERYTHING = '**';

/**
 * One way to write a glob: forward slashes, no `.`, no empty parts, no slash at either end, Unicode in NFC.
 * @throws UNSAFE_PATH where it leads out of the repository, USAGE for what is no glob
 */
export function normalGlob(text: string): string {
  const glob = text.normalize('NFC').replaceAll('\\', '/');
  if (glob.trim() === '') throw notAGlob(text, 'it is empty');
  if (glob.includes('\0')) throw notAGlob(text, 'no path holds a NUL');
  if (glob.length > LONGEST_GLOB) throw notAGlob(text, `it has more than ${LONGEST_GLOB} characters`);
  if (/^\/|^[A-Za-z]:(\/|$)/.test(glob)) throw outside(text);
  const parts: string[] = [];
  for (const part of glob.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.length === 0) throw outside(text);
    // What lies above it depends on what it stands for; a comma may be one between braces.
    else if (/[*?{},]/.test(parts.pop() ?? '')) throw notAGlob(text, '.. follows a wildcard');
  }
  return parts.length === 0 ? EVERYTHING : parts.join('/');
}

/** What leads out of the repository is never reserved. `top` is its directory, where that is known. */
export function outside(path: string, top?: string): CommsError {
  return new CommsError('UNSAFE_PATH', `${quote(path)} lies outside of the repository${top === undefined ? '' : ` ${top}`}.`, {
    hint: 'Name files of the repository, relative to the current directory.',
    details: { path: path.slice(0, 200), ...(top === undefined ? {} : { repository: top }) },
  });
}

function notAGlob(text: string, why: string): CommsError {
  return new CommsError('USAGE', `${quote(text)} is no path: ${why}.`, {
    hint: 'Write such as src/login.ts, src (all that is in it), "src/**/*.ts" or "src/{login,logout}.ts".',
    details: { path: text.slice(0, 200) },
  });
}
