import path from 'node:path';
import { errnoOf } from '../../../errors.ts';
import { readRegular } from '../../../read-file.ts';
import type { FileSystem } from '../file-system.ts';
import { makeDirectory } from './sync-directory.ts';

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

/**
 * Keeps a second name for the inode at `file`, which is about to be replaced and had `size` bytes when it was read.
 * Returns that name; undefined where it could not be made: what is appended late is lost then, as without comms.
 */
export function keepReplaced(fs: FileSystem, stateDir: string, file: string, size: number): string | undefined {
  const dir = dirOf(stateDir);
  const link = path.join(dir, nameOf(path.basename(file), size, Date.now()));
  try {
    makeDirectory(fs, dir, false);
    fs.linkSync(file, link);
    return link;
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

/** Takes back what keepReplaced made, where the file was not replaced after all. */
export function forgetReplaced(fs: FileSystem, link: string): void {
  try {
    fs.unlinkSync(link);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}

/** Whether a replaced inode has grown, for readers, who then ask for a write. */
export function hasGrown(fs: FileSystem, stateDir: string): boolean {
  return kept(fs, stateDir).some(({ size, length }) => length > size);
}

/**
 * The tails of replaced inodes, each until it is settled. Inodes that are old or too many are let go once they have
 * been looked at. Only whoever holds the workspace lock may call this.
 */
export function carryOver(fs: FileSystem, stateDir: string, now = Date.now()): Tail[] {
  const links = kept(fs, stateDir);
  const tails: Tail[] = [];
  for (const [n, { base, link, size, length, at }] of links.entries()) {
    const old = now - at > KEEP_MS || n < links.length - KEEP_MOST;
    if (length <= size) {
      if (old) fs.unlinkSync(link);
      continue;
    }
    const tail = readRegular(link, fs).subarray(size);
    // Its writer is still there, so it is looked at for another while.
    const settle = () => fs.renameSync(link, path.join(path.dirname(link), nameOf(base, size + tail.length, now)));
    tails.push({ base, tail, settle });
  }
  return tails;
}

/** A second name that an inode was given; `length` is how long it is now. */
interface Kept {
  base: string;
  link: string;
  size: number;
  length: number;
  at: number;
}

/** Whatever else has such a name, such as a directory, is not ours. */
function kept(fs: FileSystem, stateDir: string): Kept[] {
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
      if (base === undefined) return [];
      const link = path.join(dir, name);
      const stat = fs.lstatSync(link, { throwIfNoEntry: false });
      return stat?.isFile() ? [{ base, link, size: Number(size), length: stat.size, at: Number(at) }] : [];
    })
    .sort((a, b) => a.at - b.at || (a.link < b.link ? -1 : 1));
}

/** The last part keeps two names of one moment apart, and in their order. */
function nameOf(base: string, size: number, at: number): string {
  return `${base}.${size}.${at}.${process.pid}${String(sequence++).padStart(6, '0')}`;
}

function dirOf(stateDir: string): string {
  return path.join(stateDir, 'replaced');
}
