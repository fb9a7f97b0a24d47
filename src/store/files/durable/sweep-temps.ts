import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';

const TEMP = /^\..+\.\d+\.[0-9a-f]{26}\.tmp$/;

/**
 * Removes the temporary files that killed writers left in a directory. Only whoever holds the workspace lock may call
 * this: nobody else is writing then. With `of` only those of these files, where others write without that lock.
 */
export function sweepTemps(fs: FileSystem, dir: string, of?: readonly string[]): void {
  let names: string[];
  try {
    names = fs.readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    if (!TEMP.test(name) || of?.every((file) => !name.startsWith(`.${file}.`))) continue;
    try {
      fs.unlinkSync(path.join(dir, name));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}
