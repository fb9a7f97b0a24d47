import { closeSync, fstatSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CommsError, errnoOf } from '../errors.ts';
import { syncDirectory, writeAll } from './write-file.ts';

const RETRY_MS = 20;
const GIVE_UP_MS = 5_000;
/** Nobody needs so long for one small file, so its holder is dead. */
const STALE_MS = 10_000;

/**
 * Replaces a file by what `next` makes of it now, as git does with its index: the new text is written to `<file>.lock`,
 * which only one process can create, and renamed. @throws LOCK_TIMEOUT when others kept it for `giveUpMs`
 */
export async function replaceLocked(file: string, next: () => string, { giveUpMs = GIVE_UP_MS } = {}): Promise<void> {
  const lock = `${file}.lock`;
  const descriptor = await create(lock, giveUpMs);
  try {
    try {
      writeAll(descriptor, next());
      fsyncSync(descriptor);
      // Whoever was stopped for longer than STALE_MS may have lost the lock to another.
      if (fstatSync(descriptor).ino !== statSync(lock, { throwIfNoEntry: false })?.ino) throw busy(lock);
    } finally {
      closeSync(descriptor);
    }
    renameSync(lock, file);
  } catch (error) {
    rmSync(lock, { force: true });
    throw error;
  }
  syncDirectory(dirname(file));
}

async function create(lock: string, giveUpMs: number): Promise<number> {
  const start = Date.now();
  for (;;) {
    try {
      return openSync(lock, 'wx');
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    const age = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (age > STALE_MS) rmSync(lock, { force: true });
    else if (Date.now() - start > giveUpMs) throw busy(lock);
    else await sleep(RETRY_MS);
  }
}

function busy(lock: string): CommsError {
  return new CommsError('LOCK_TIMEOUT', `Somebody else is changing ${basename(lock, '.lock')}.`, {
    hint: `Try again; if nobody is, remove ${lock}`,
  });
}
