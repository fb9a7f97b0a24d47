import { closeSync, fsyncSync, openSync, realpathSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { CommsError } from '../../errors.ts';
import { freshName } from '../../fresh-name.ts';
import { syncDirectory, writeAll } from '../../workspace/write-file.ts';

/** Writes a file whole or not at all: what was there before stays until the new one is complete. @throws USAGE, FILE_NOT_FOUND */
export function writePage(file: string, text: string): void {
  const target = targetOf(file);
  const directory = dirname(target);
  if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw noDirectory(directory);
  const temporary = join(directory, `.${basename(target).slice(0, 100)}.${freshName()}.tmp`);
  try {
    const descriptor = openSync(temporary, 'wx');
    try {
      writeAll(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, target);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncDirectory(directory);
}

/** A link stays one. A directory or a device is never replaced. */
function targetOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return file;
  if (stats.isFile()) return realpathSync(file);
  throw new CommsError(
    'USAGE',
    `${file} is ${stats.isDirectory() ? 'a directory' : 'no ordinary file'}, and cannot be replaced by a page.`,
    {
      hint: stats.isDirectory() ? `Name a file in it: --html ${join(file, 'report.html')}` : 'For stdout write: --html -',
      details: { file },
    },
  );
}

function noDirectory(directory: string): CommsError {
  return new CommsError('FILE_NOT_FOUND', `There is no directory ${directory} to write into.`, {
    hint: 'Make it first, or name another file.',
    details: { directory },
  });
}
