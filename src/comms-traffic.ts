import { closeSync, constants, existsSync, fstatSync, openSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { isDirectory, openRegular, type TrafficFile, trafficFile, trafficFileOf } from './comms-traffic-file.ts';
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

/**
 * The log in the workspace `root`. A line comes with one write at the end of the file: whole, however many write, unless its
 * writer is killed within it. It is not forced to the disk.
 */
export function trafficFiles({ root, rotateAbove = ROTATE_ABOVE }: { root: string; rotateAbove?: number }): TrafficPort {
  const directory = join(root, '.state');
  const file = trafficFile(directory);
  let lines = '';
  let written: Promise<string | undefined> | undefined;
  const write = (): string | undefined => {
    const text = lines;
    lines = '';
    written = undefined;
    try {
      return append(directory, file, text, rotateAbove);
    } catch (error) {
      return `The message was not logged: ${error instanceof Error ? error.message : String(error)}`;
    }
  };
  return {
    // What is to be logged in one turn, as of messages that were delivered by one write, is written together.
    append(entry) {
      lines += trafficLine(entry);
      written ??= Promise.resolve().then(write);
      return written;
    },
    read: async () => readAll(directory),
    close: async () => file.close(),
  };
}

function append(directory: string, file: TrafficFile, lines: string, rotateAbove: number): string | undefined {
  if (file.add(lines, rotateAbove)) return undefined;
  const trouble = rotate(directory, rotateAbove);
  // Above the limit, too, where others are putting it aside or it cannot be done.
  file.add(lines, Number.POSITIVE_INFINITY);
  return trouble;
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
    if (statSync(trafficFileOf(directory, 0)).size < rotateAbove) return undefined;
    for (let age = lastToMove(directory); age >= 0; age--) renameSync(trafficFileOf(directory, age), trafficFileOf(directory, age + 1));
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
  while (age + 1 < KEPT && existsSync(trafficFileOf(directory, age + 1))) age++;
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
    fd = openRegular(trafficFileOf(directory, age), constants.O_RDONLY);
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
