import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { CommsError } from '../errors.ts';
import { readRegularTextIfThere } from '../read-file.ts';
import type { Git } from './git.ts';

const BEGIN = '# >>> comms git guard >>>';
const END = '# <<< comms git guard <<<';
const BLOCK = `${BEGIN}
# Refuses what nobody could read of the workspace, and files that other agents have reserved.
# "comms git guard --remove" takes these lines out again.
if command -v comms >/dev/null 2>&1; then
  comms git guard || {
    refused=$?
    # 5 and 6 refuse, and so does an agent that is not known. What could not be looked at, as on a branch without the workspace, does not.
    case $refused in 5 | 6) exit $refused ;; 3) COMMS_AGENT= comms where >/dev/null 2>&1 && exit $refused ;; esac
    echo "The workspace is not checked; the commit goes on." >&2
  }
else
  echo "comms is not on the PATH; the workspace is not checked." >&2
fi
${END}
`;

export type HookChange = 'installed' | 'renewed' | 'removed' | 'unchanged';

/** Puts our lines first into the pre-commit hook; what is there stays and runs after them. @throws GIT_FAILED where it is no shell script */
export async function installHook(git: Git, cwd: string): Promise<{ file: string; change: HookChange }> {
  const file = await hookFile(git, cwd);
  const text = readRegularTextIfThere(file);
  const others = text === undefined ? '#!/bin/sh\n' : withoutOurs(text);
  const [, shebang = '', rest = ''] = /^(#!.*(?:\n|$))?([\s\S]*)$/.exec(others) ?? [];
  if (shebang !== '' && !/\b(?:ba|da|k|z)?sh\b/.test(shebang)) throw noShellScript(file);
  const next = `${shebang || '#!/bin/sh\n'}${BLOCK}${rest}`;
  if (next === text) return { file, change: 'unchanged' };
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, next);
  await chmod(file, 0o755);
  return { file, change: text?.includes(BEGIN) ? 'renewed' : 'installed' };
}

/** Takes our lines out, and the hook with them where nothing else is in it. */
export async function removeHook(git: Git, cwd: string): Promise<{ file: string; change: HookChange }> {
  const file = await hookFile(git, cwd);
  const text = readRegularTextIfThere(file);
  if (text === undefined || !text.includes(BEGIN)) return { file, change: 'unchanged' };
  const others = withoutOurs(text);
  if (/^(#!.*)?\s*$/.test(others)) await rm(file);
  else await writeFile(file, others);
  return { file, change: 'removed' };
}

function withoutOurs(text: string): string {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)];
  return from < 0 || to < from ? text : text.slice(0, from) + text.slice(to + END.length).replace(/^\n/, '');
}

async function hookFile(git: Git, cwd: string): Promise<string> {
  const { stdout } = await git(['rev-parse', '--git-path', 'hooks/pre-commit']);
  return resolve(cwd, stdout.toString('utf8').replace(/\n$/, ''));
}

function noShellScript(file: string): CommsError {
  return new CommsError('GIT_FAILED', `The pre-commit hook ${file} is no shell script; nothing was changed.`, {
    hint: 'Call "comms git guard" from it, and let it fail when that does not end with 0.',
    details: { file },
  });
}
