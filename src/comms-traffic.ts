import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import type { TrafficPort } from './core/context.ts';
import { errnoOf } from './errors.ts';
import type { TrafficEntry } from './orchestrator/traffic/entry.ts';
import { parseTraffic, trafficLine } from './orchestrator/traffic/parse.ts';

/** The log of verdicts and deliveries: .state/traffic.ndjson of the workspace, and older ones beside it. Loaded when needed. */

/** Past so many bytes the file is put aside. */
const ROTATE_ABOVE = 1_048_576;
/** How many files are kept beside the one that is written. */
const KEPT = 5;
/** Putting files aside is six renames. Who has been at it for so long is dead. */
const STALE_LOCK_MS = 5_000;

const { O_APPEND, O_CREAT, O_RDONLY, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * The log in the workspace `root`. A line is one write at the end of the file: it comes whole, however many write, unless its
 * writer is killed within it. It is not forced to the disk.
 */
export function trafficFiles({ root, rotateAbove = ROTATE_ABOVE }: { root: string; rotateAbove?: number }): TrafficPort {
  const directory = join(root, '.state');
  return {
    async append(entry) {
      try {
        return append(directory, trafficLine(entry), rotateAbove);
      } catch (error) {
        return `The message was not logged: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    read: async () => readAll(directory),
  };
}

function append(directory: string, line: string, rotateAbove: number): string | undefined {
  makeDirectory(directory);
  if (writeBelow(rotateAbove, directory, line)) return undefined;
  const trouble = rotate(directory, rotateAbove);
  // Above the limit, too, where others are putting it aside or it cannot be done.
  writeBelow(Number.POSITIVE_INFINITY, directory, line);
  return trouble;
}

/** Whether the file was small enough, and the line is in it now. */
function writeBelow(limit: number, directory: string, line: string): boolean {
  const fd = opened(fileOf(directory, 0), O_RDWR | O_APPEND | O_CREAT);
  try {
    if (fstatSync(fd).size >= limit) return false;
    write(fd, line);
    return true;
  } finally {
    closeSync(fd);
  }
}

function makeDirectory(directory: string): void {
  // With `recursive` it may be there by now.
  if (!isDirectory(directory)) mkdirSync(directory, { recursive: true });
}

/** A link in its place would lead out of the workspace. @throws for whatever else stands there */
function isDirectory(directory: string): boolean {
  try {
    if (lstatSync(directory).isDirectory()) return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw new Error(`${directory} is no directory.`);
}

/** A pipe in the place of the file would make its opener wait for a reader. */
function opened(file: string, flags: number): number {
  const fd = openSync(file, flags | O_NOFOLLOW | O_NONBLOCK, 0o666);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${file} is no file.`);
}

/**
 * What somebody left torn gets an end first, so that it spoils no other line. What somebody is writing just now looks the
 * same: then an empty line comes in between, which every reader passes over.
 */
function write(fd: number, line: string): void {
  const bytes = Buffer.from(endsALine(fd) ? line : `\n${line}`);
  const written = writeSync(fd, bytes);
  if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes could be written.`);
}

function endsALine(fd: number): boolean {
  const { size } = fstatSync(fd);
  const last = Buffer.alloc(1);
  return size === 0 || readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === 0x0a;
}

/**
 * Puts the file aside and those before it one further; the oldest is gone. Who has it open writes on into the file under its
 * new name. While somebody else is at it, nothing is done: the next one to write looks again. What went wrong is returned.
 */
function rotate(directory: string, rotateAbove: number): string | undefined {
  const lock = join(directory, 'traffic.lock');
  if (!isTaken(lock)) return undefined;
  try {
    // Somebody may have put it aside since it was opened.
    if (statSync(fileOf(directory, 0)).size < rotateAbove) return undefined;
    for (let age = lastToMove(directory); age >= 0; age--) renameSync(fileOf(directory, age), fileOf(directory, age + 1));
    return undefined;
  } catch (error) {
    return `The log of messages could not be put aside: ${error instanceof Error ? error.message : String(error)}`;
  } finally {
    rmSync(lock, { force: true });
  }
}

function isTaken(lock: string): boolean {
  try {
    closeSync(openSync(lock, 'wx'));
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') removeStale(lock);
    return false;
  }
}

/** Renamed first, so that of several who find it stale only one takes it away. It is the next writer who puts files aside. */
function removeStale(lock: string): void {
  try {
    if (Math.abs(Date.now() - statSync(lock).mtimeMs) <= STALE_LOCK_MS) return;
    const aside = `${lock}.${process.pid}`;
    renameSync(lock, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}

/** Those before the first gap move, so that the oldest is lost only where there is none. Who died at it leaves a gap. */
function lastToMove(directory: string): number {
  let age = 0;
  while (age + 1 < KEPT && existsSync(fileOf(directory, age + 1))) age++;
  return age;
}

/** The youngest first: a file that is put aside meanwhile is met again under its new name, and known by its inode. */
function readAll(directory: string): TrafficEntry[] {
  const seen = new Set<string>();
  const files: TrafficEntry[][] = [];
  for (let age = 0; age <= KEPT; age++) files.unshift(readLog(directory, age, seen));
  // Who had a file open that was put aside wrote into it when the next one had begun.
  return files.flat().sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

/** What cannot be read counts as empty. */
function readLog(directory: string, age: number, seen: Set<string>): TrafficEntry[] {
  let fd: number | undefined;
  try {
    if (!isDirectory(directory)) return [];
    fd = opened(fileOf(directory, age), O_RDONLY);
    const { dev, ino } = fstatSync(fd, { bigint: true });
    if (seen.has(`${dev}:${ino}`)) return [];
    seen.add(`${dev}:${ino}`);
    return parseTraffic(readFileSync(fd, 'utf8'));
  } catch {
    return [];
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** 0 is the one that is written. */
function fileOf(directory: string, age: number): string {
  return join(directory, age === 0 ? 'traffic.ndjson' : `traffic-${age}.ndjson`);
}
