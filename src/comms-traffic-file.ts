import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readSync, type Stats, writeSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf } from './errors.ts';

const { O_APPEND, O_CREAT, O_RDWR, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** Who sends one message after another has the file open in between; whoever is done with it for so long has not, in ms. */
const KEEP_OPEN_MS = 500;

/** The file of the log that is written. */
export interface TrafficFile {
  /** Adds whole lines with one write at the end of the file; false, and nothing done, where it has `limit` bytes or more already. */
  add(lines: string, limit: number): boolean;
  /** Also happens by itself, when nothing was added for a while. */
  close(): void;
}

interface Open {
  fd: number;
  dev: number;
  ino: number;
  /** How long it was after our last line: it ends with a line's end there. */
  endsAt: number;
}

/** The log in `directory`, which is made when it is needed. */
export function trafficFile(directory: string): TrafficFile {
  const file = trafficFileOf(directory, 0);
  let known: Open | undefined;
  let idle: NodeJS.Timeout | undefined;

  const close = () => {
    try {
      if (known) closeSync(known.fd);
    } catch {
      // What was written is written, and a timer has nobody to tell.
    }
    known = undefined;
  };
  /** It may have been put aside since, or taken away: then there is another file of its name, or none. */
  const open = (): { to: Open; size: number } => {
    const now = lstatSync(file, { throwIfNoEntry: false });
    if (known && now && isSame(known, now)) return { to: known, size: now.size };
    close();
    makeDirectory(directory);
    const fd = openRegular(file, O_RDWR | O_APPEND | O_CREAT);
    const { dev, ino, size } = fstatSync(fd);
    known = { fd, dev, ino, endsAt: 0 };
    return { to: known, size };
  };
  return {
    add(lines, limit) {
      const { to, size } = open();
      if (idle) idle.refresh();
      else idle = setTimeout(close, KEEP_OPEN_MS).unref();
      if (size >= limit) return false;
      const written = write(to.fd, size === to.endsAt || endsALine(to.fd, size) ? lines : `\n${lines}`);
      to.endsAt = size + written;
      return true;
    },
    close() {
      clearTimeout(idle);
      idle = undefined;
      close();
    },
  };
}

/** 0 is the one that is written. */
export function trafficFileOf(directory: string, age: number): string {
  return join(directory, age === 0 ? 'traffic.ndjson' : `traffic-${age}.ndjson`);
}

/** A link in its place would lead out of the workspace. @throws for whatever else stands there */
export function isDirectory(directory: string): boolean {
  try {
    if (lstatSync(directory).isDirectory()) return true;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
  throw new Error(`${directory} is no directory.`);
}

/** A pipe in the place of the file would make its opener wait for a reader. */
export function openRegular(file: string, flags: number): number {
  const fd = openSync(file, flags | O_NOFOLLOW | O_NONBLOCK, 0o666);
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw new Error(`${file} is no file.`);
}

function makeDirectory(directory: string): void {
  // With `recursive` it may be there by now.
  if (!isDirectory(directory)) mkdirSync(directory, { recursive: true });
}

function isSame({ dev, ino }: Open, now: Stats): boolean {
  return now.ino === ino && now.dev === dev;
}

function write(fd: number, text: string): number {
  const bytes = Buffer.from(text);
  const written = writeSync(fd, bytes);
  if (written < bytes.length) throw new Error(`only ${written} of ${bytes.length} bytes could be written.`);
  return written;
}

/**
 * What somebody left torn gets an end first, so that it spoils no other line. What somebody is writing just now looks the
 * same: then an empty line comes in between, which every reader passes over.
 */
function endsALine(fd: number, size: number): boolean {
  const last = Buffer.alloc(1);
  return size === 0 || readSync(fd, last, 0, 1, size - 1) === 0 || last[0] === 0x0a;
}
