import { mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BreakerPort } from './core/context.ts';
import { errnoOf } from './errors.ts';
import { readRegularText } from './read-file.ts';

/** Where the states of circuit breakers are kept, for all processes: .state/breakers.json of the workspace. Loaded when needed. */

/** Who holds the lock for so long is dead: it is held for reading and writing a small file. */
const STALE_LOCK_MS = 5_000;
const RETRY_MS = 10;
/** Entries that nobody wrote for so long are of commands that are gone. */
const FORGET_MS = 7 * 86_400_000;

/** The states in the workspace `root`. A file that cannot be understood counts as empty. */
export function breakerFiles({ root, newUid }: { root: string; newUid: () => string }): BreakerPort {
  const file = join(root, '.state', 'breakers.json');
  return {
    read: async (key) => (await readAll(file)).get(key),
    async update(key, change) {
      await makeDirectory(root, dirname(file));
      await locked(`${file}.lock`, newUid(), async () => {
        const all = await readAll(file);
        const before = all.get(key);
        const after = await change(before);
        if (after === before) return;
        if (after === undefined) all.delete(key);
        else all.set(key, after);
        await replace(file, `${JSON.stringify(Object.fromEntries(all), null, 2)}\n`, newUid());
      });
    },
  };
}

async function readAll(file: string): Promise<Map<string, unknown>> {
  try {
    const value: unknown = JSON.parse(readRegularText(file));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map();
    return new Map(Object.entries(value).filter(([, entry]) => !isOld(entry)));
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return new Map();
    throw error;
  }
}

function isOld(entry: unknown): boolean {
  const at = typeof entry === 'object' && entry !== null && 'at' in entry ? entry.at : undefined;
  return typeof at === 'number' && at < Date.now() - FORGET_MS;
}

/** A rename replaces a link in the place of the file; one in the place of the directory would lead elsewhere. */
async function makeDirectory(root: string, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  if (dirname(await realpath(directory)) !== (await realpath(root))) throw new Error(`${directory} is a link.`);
}

async function replace(file: string, text: string, uid: string): Promise<void> {
  const temporary = `${file}.${uid}.tmp`;
  try {
    await writeFile(temporary, text, { flag: 'wx' });
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

async function locked(lock: string, uid: string, act: () => Promise<void>): Promise<void> {
  while (!(await taken(lock))) {
    if (await isStale(lock)) await setAside(lock, uid);
    else await sleep(RETRY_MS * (1 + Math.random()));
  }
  try {
    await act();
  } finally {
    await rm(lock, { force: true });
  }
}

async function taken(lock: string): Promise<boolean> {
  try {
    await (await open(lock, 'wx')).close();
    return true;
  } catch (error) {
    // EPERM: on Windows, one that is being taken away.
    if (errnoOf(error) === 'EEXIST' || (process.platform === 'win32' && errnoOf(error) === 'EPERM')) return false;
    throw error;
  }
}

async function isStale(lock: string): Promise<boolean> {
  try {
    return Math.abs(Date.now() - (await stat(lock)).mtimeMs) > STALE_LOCK_MS;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Renamed first, so that of several who find it stale only one takes it away. */
async function setAside(lock: string, uid: string): Promise<void> {
  const aside = `${lock}.${uid}`;
  try {
    await rename(lock, aside);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
  await rm(aside, { force: true });
}
