import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { CONFIG_FILE } from './layout.ts';
import { configText, withStore } from './store-edit.ts';
import type { Settings } from './workspace.ts';
import { syncDirectory, writeNew } from './write-file.ts';

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

/** A name below archive/ for what is put aside, at a time (ISO 8601), that nothing has yet. */
export function asideName(root: string, at: string): string {
  const stamp = at.replace(/\.\d+/, '').replaceAll(':', '-');
  for (let n = 1; ; n++) {
    const name = `archive/before-migration-${stamp}${n === 1 ? '' : `-${n}`}`;
    if (!existsSync(join(root, name))) return name;
  }
}

/**
 * Puts the files of a store aside, with a config.json, so that they can be read as a workspace. Where one of the name is
 * kept there already, all go to a directory of their own. Returns where they are; undefined for no files.
 */
export function putAside(
  root: string,
  { aside, names, store, at }: { aside: string; names: readonly string[]; store: Settings['store']; at: string },
): string | undefined {
  if (names.length === 0) return undefined;
  const place = names.some((name) => existsSync(join(root, aside, name))) ? asideName(root, at) : aside;
  moveFiles(root, join(root, place), names);
  writeNew(join(root, place, CONFIG_FILE), withStore(configText(root), store));
  return place;
}

/** An empty directory in the place of whatever was there. */
export function emptyDirectory(directory: string): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
}
