import { accessSync, constants } from 'node:fs';
import { tmpdir } from 'node:os';

/** A directory in memory, where there is one: whose calls are made to fail need not wait for a real fsync thousands of times. */
export function memoryDirectory(): string {
  try {
    accessSync('/dev/shm', constants.W_OK);
    return '/dev/shm';
  } catch {
    return tmpdir();
  }
}
