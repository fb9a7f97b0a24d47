import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommsError } from '../../errors.ts';

const NAME = 'demo-workspace';

/**
 * Where the demo makes its workspace: in the directory that was named, which must be empty or not there yet, else in the
 * first of demo-workspace, demo-workspace-2, … that is. Nothing that is there is ever removed. @throws WORKSPACE_EXISTS
 */
export function demoDirectory(cwd: string, named: string | undefined): string {
  if (named === undefined) return firstFree(cwd);
  return freeDirectory(resolve(cwd, named), '--dir');
}

/** The directory that an option named, which must be empty or not there yet. @throws WORKSPACE_EXISTS */
export function freeDirectory(directory: string, option: string): string {
  if (isFree(directory)) return directory;
  throw new CommsError('WORKSPACE_EXISTS', `${directory} is not empty, and this needs a fresh directory.`, {
    hint: `Name another one with ${option}, or leave it out.`,
    details: { directory },
  });
}

function firstFree(cwd: string): string {
  for (let number = 1; ; number += 1) {
    const directory = join(cwd, number === 1 ? NAME : `${NAME}-${number}`);
    if (isFree(directory)) return directory;
  }
}

function isFree(directory: string): boolean {
  if (!existsSync(directory)) return true;
  return statSync(directory).isDirectory() && readdirSync(directory).length === 0;
}
