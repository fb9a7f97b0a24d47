import type { Store } from '../store.ts';
import { diskError } from './durable/disk-errors.ts';

/** A store whose verbs throw what a failed system call means to a caller, wherever the call was made. `root` is said where it names no file. */
export function inDiskTerms(store: Store, root: string): Store {
  const verbs = Object.entries(store).map(([name, verb]: [string, unknown]) => {
    if (typeof verb !== 'function') return [name, verb];
    const told = async (...args: unknown[]) => {
      try {
        return await verb(...args);
      } catch (error) {
        throw inTermsOf(error, root);
      }
    };
    return [name, told];
  });
  return Object.fromEntries(verbs) as Store;
}

/** The same for one error; others come back as they are. */
export function inTermsOf(error: unknown, root: string): unknown {
  return diskError(error, 'use', fileOf(error) ?? root);
}

function fileOf(error: unknown): string | undefined {
  return error instanceof Error && 'path' in error && typeof error.path === 'string' ? error.path : undefined;
}
