import { fstatSync, statSync, writeSync } from 'node:fs';
import { errnoOf } from '../errors.ts';
import type { Sink } from './output.ts';

const WAIT_MS = 5;

/**
 * Writes to a file descriptor at once and whole. `process.stdout` does the same on POSIX but takes 3 ms to come to life.
 * `onClosed` is called when nobody reads any more.
 */
export function fdSink(descriptor: number, onClosed: () => void): Sink {
  let closed = false;
  return {
    write(text) {
      const bytes = Buffer.from(text);
      for (let written = 0; written < bytes.length && !closed; ) {
        try {
          written += writeSync(descriptor, bytes, written);
        } catch (error) {
          const errno = errnoOf(error);
          // A pipe that is shared with a process that does not want to wait for it, and is full.
          if (errno === 'EAGAIN') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAIT_MS);
          else if (errno === 'EPIPE') {
            closed = true;
            onClosed();
          } else throw error;
        }
      }
    },
    get isTTY() {
      return isTerminal(descriptor);
    },
    get columns() {
      return isTerminal(descriptor) ? (descriptor === 2 ? process.stderr : process.stdout).columns : undefined;
    },
  };
}

function isTerminal(descriptor: number): boolean {
  try {
    // node:tty takes 5 ms to load. Pipes, files and /dev/null are told by their kind.
    const stats = fstatSync(descriptor);
    if (!stats.isCharacterDevice() || stats.rdev === statSync('/dev/null', { throwIfNoEntry: false })?.rdev) return false;
    return process.getBuiltinModule('node:tty').isatty(descriptor);
  } catch {
    // A closed descriptor is no terminal.
    return false;
  }
}
