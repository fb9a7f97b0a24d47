import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';

/** Some network file systems have no fsync of a directory; their renames are as durable as they get. */
const UNSUPPORTED = new Set(['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EISDIR', 'EBADF']);

/** Makes a new name, a rename or a removal in a directory durable. Windows has no such call. */
export function syncDirectory(fs: FileSystem, dir: string, platform: NodeJS.Platform = process.platform): void {
  if (platform === 'win32') return;
  const fd = fs.openSync(dir, 'r');
  try {
    fs.fsyncSync(fd);
  } catch (error) {
    if (!UNSUPPORTED.has(errnoOf(error) ?? '')) throw error;
  } finally {
    fs.closeSync(fd);
  }
}

/** Makes a directory that is not there; durably, since a file in a directory that is gone is gone too. */
export function makeDirectory(fs: FileSystem, dir: string, fsync: boolean): void {
  if (fs.statSync(dir, { throwIfNoEntry: false })) return;
  const first = fs.mkdirSync(dir, { recursive: true });
  if (first !== undefined && fsync) syncDirectory(fs, path.dirname(first));
}
