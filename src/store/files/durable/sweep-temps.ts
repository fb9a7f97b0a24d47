import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';

const TEMP = /^\..+\.\d+\.[0-9a-f]{26}\.tmp$/;

/**
 * Removes the temporary files that killed writers left in a directory. Only whoever holds the workspace lock may call
 * this: nobody else is writing then.
 */
export function sweepTemps(fs: FileSystem, dir: string): void {
  let names: string[];
  try {
    names = fs.readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    throw error;
  }
  for (const name of names) {
    if (!TEMP.test(name)) continue;
    try {
      fs.unlinkSync(path.join(dir, name));
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw error;
    }
  }
}
