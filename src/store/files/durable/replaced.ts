import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import type { FileSystem } from '../file-system.ts';

/** Replaced inodes are looked at for this long, and at most so many are kept. */
const KEEP_MS = 1_000;
const KEEP_MOST = 16;

const NAME = /^(.+)\.(\d+)\.(\d+)\.(\d+)$/;
let sequence = 0;

/** What an inode that was replaced has grown by: an agent's `cat >>` had the old file open. */
export interface Tail {
  /** The base name of the file that it belongs to. */
  base: string;
  tail: Buffer;
  /** Says that the tail is safe in the new file; until then it is found again. */
  settle(): void;
}

/** Keeps a second name for the inode at `file`, which is about to be replaced and had `size` bytes when it was read. */
export function keepReplaced(fs: FileSystem, stateDir: string, file: string, size: number): void {
  const dir = dirOf(stateDir);
  const link = path.join(dir, `${path.basename(file)}.${size}.${Date.now()}.${process.pid}${String(sequence++).padStart(6, '0')}`);
  try {
    fs.linkSync(file, link);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') return;
    // Either the directory is not there yet, or the file system has no hard links; the second is the end of it.
    try {
      fs.mkdirSync(dir, { recursive: true });
      fs.linkSync(file, link);
    } catch {
      return;
    }
  }
}

/** Whether a replaced inode has grown, for readers, who then ask for a write. */
export function hasGrown(fs: FileSystem, stateDir: string): boolean {
  return kept(fs, stateDir).some(({ link, size }) => sizeOf(fs, link) > size);
}

/**
 * The tails of replaced inodes, each until it is settled. Inodes that are old or too many are let go once they have
 * been looked at. Only whoever holds the workspace lock may call this.
 */
export function carryOver(fs: FileSystem, stateDir: string, now = Date.now()): Tail[] {
  const links = kept(fs, stateDir);
  const tails: Tail[] = [];
  for (const [n, { base, link, size, at }] of links.entries()) {
    const old = now - at > KEEP_MS || n < links.length - KEEP_MOST;
    if (sizeOf(fs, link) <= size) {
      if (old) fs.unlinkSync(link);
      continue;
    }
    const tail = fs.readFileSync(link).subarray(size);
    const settle = () => (old ? fs.unlinkSync(link) : fs.renameSync(link, renamed(link, base, size + tail.length)));
    tails.push({ base, tail, settle });
  }
  return tails;
}

function kept(fs: FileSystem, stateDir: string): { base: string; link: string; size: number; at: number }[] {
  const dir = dirOf(stateDir);
  let names: string[];
  try {
    names = fs.readdirSync(dir);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }
  return names
    .flatMap((name) => {
      const [, base, size, at] = NAME.exec(name) ?? [];
      return base === undefined ? [] : [{ base, link: path.join(dir, name), size: Number(size), at: Number(at) }];
    })
    .sort((a, b) => a.at - b.at || (a.link < b.link ? -1 : 1));
}

function renamed(link: string, base: string, size: number): string {
  const [, , , at, rest] = NAME.exec(path.basename(link)) ?? [];
  return path.join(path.dirname(link), `${base}.${size}.${at}.${rest}`);
}

function sizeOf(fs: FileSystem, file: string): number {
  return fs.statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function dirOf(stateDir: string): string {
  return path.join(stateDir, 'replaced');
}
