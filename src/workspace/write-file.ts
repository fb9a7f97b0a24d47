import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { errnoOf } from '../errors.ts';
import { freshName } from '../fresh-name.ts';

/** Writes the whole text: on a full disk `writeSync` may write less than it was given, and throw only the next time. */
export function writeAll(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written);
}

/**
 * Makes a file that is not there yet: complete or not at all, and never over one that somebody else just made.
 * Returns whether it made it.
 */
export function writeNew(file: string, text: string): boolean {
  const temporary = join(dirname(file), `.${basename(file)}.${process.pid}.${freshName()}.tmp`);
  const descriptor = openSync(temporary, 'wx');
  try {
    try {
      writeAll(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    return moveUnlessThere(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Makes a rename or a new file survive a power cut. Windows cannot do it, and needs no telling. */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

function moveUnlessThere(temporary: string, file: string): boolean {
  try {
    linkSync(temporary, file);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    if (!['EPERM', 'ENOTSUP', 'ENOSYS', 'EOPNOTSUPP'].includes(errnoOf(error) ?? '')) throw error;
  }
  // A file system without hard links.
  if (statSync(file, { throwIfNoEntry: false })) return false;
  renameSync(temporary, file);
  return true;
}
