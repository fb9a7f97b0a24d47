import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncDirectory } from './write-file.ts';

/** Moves files from one directory to another of the same file system; each is complete or not there, and survives a power cut. */
export function moveFiles(from: string, to: string, names: readonly string[]): void {
  const directories = new Set<string>([to]);
  for (const name of names) {
    const directory = dirname(join(to, name));
    mkdirSync(directory, { recursive: true });
    renameSync(join(from, name), join(to, name));
    for (const one of [directory, dirname(join(from, name))]) directories.add(one);
  }
  for (const directory of directories) syncDirectory(directory);
}

/** Takes files away, whether or not they are there. */
export function removeFiles(directory: string, names: readonly string[]): void {
  for (const name of names) rmSync(join(directory, name), { force: true });
}
