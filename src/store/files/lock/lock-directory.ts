import path from 'node:path';
import { resolveInsideReal } from '../durable/resolve-inside.ts';
import type { FileSystem } from '../file-system.ts';

/** Where the lock of one state directory lies. */
export interface LockPaths {
  stateDir: string;
  /** The directory whose making is the lock. Always empty, since giving it back is an rmdir. */
  lock: string;
  /** What is said about the lock: records.ts. */
  records: string;
}

export function lockPaths(stateDir: string): LockPaths {
  return { stateDir, lock: path.join(stateDir, 'lock'), records: path.join(stateDir, 'lock-records') };
}

/**
 * What a write keeps lies in these directories: links in their place would have us make, read and remove files wherever they
 * lead. @throws UNSAFE_PATH where one leads out of the directory that `.state/` is in
 */
export function assertPlace(fs: FileSystem, { stateDir, records }: LockPaths): void {
  const root = directoryOf(stateDir);
  for (const directory of [records, path.join(stateDir, 'replaced')]) resolveInsideReal(fs, root, path.relative(root, directory));
}

function directoryOf(stateDir: string): string {
  const at = stateDir.lastIndexOf(`${path.sep}.state${path.sep}`);
  return at > 0 ? stateDir.slice(0, at) : path.dirname(stateDir);
}

/** What tells one lock directory from the next at the same path. ext4 gives an inode number again at once. */
export interface DirectoryIdentity {
  ino: string;
  birthNs: string;
}

/** A lock directory as it was at one look. */
export interface Seen extends DirectoryIdentity {
  mtimeNs: string;
  ctimeNs: string;
}

export function lookAt(fs: FileSystem, dir: string): Seen | undefined {
  const stat = fs.statSync(dir, { bigint: true, throwIfNoEntry: false });
  return stat && { ino: String(stat.ino), birthNs: String(stat.birthtimeNs), mtimeNs: String(stat.mtimeNs), ctimeNs: String(stat.ctimeNs) };
}

export function isSameDirectory(known: DirectoryIdentity, now: Seen | undefined): boolean {
  if (now === undefined || known.ino !== now.ino) return false;
  // Where a file system keeps no birth time, Node may show the change time instead, which moves with each renewal.
  return known.birthNs === now.birthNs || now.birthNs === now.ctimeNs;
}

/** Whether nobody touched the directory between two looks. */
export function isUntouched(before: Seen | undefined, now: Seen | undefined): boolean {
  return (
    before !== undefined &&
    now !== undefined &&
    before.ino === now.ino &&
    before.birthNs === now.birthNs &&
    before.mtimeNs === now.mtimeNs &&
    before.ctimeNs === now.ctimeNs
  );
}
