import { closeSync, constants, existsSync, mkdirSync, openSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AutocommitPort, AutocommitRest } from './core/context.ts';
import { CommsError, errnoOf } from './errors.ts';
import { readRegularText } from './read-file.ts';
import { STATE_DIR } from './workspace/layout.ts';

const { O_CREAT, O_TRUNC, O_WRONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/** A process that has said nothing for so long is gone. */
const GONE_MS = 15_000;

/**
 * Says that something was written, and starts the process that commits where none runs. Never throws, and takes well below
 * 1 ms where one runs. Who does not see the other's process, as in a sandbox, starts one too many, which ends at once.
 */
export function wakeCommitter(root: string): void {
  const dir = directoryOf(root);
  try {
    touch(join(dir, 'wanted'), '');
    if (isRunning(dir) || restIn(dir) !== undefined) return;
    start(root, dir);
  } catch {
    // What was written is written; what waits for a commit is shown by "comms status".
  }
}

/** What those who write and the process that commits tell each other. */
export function autocommitFiles(root: string): AutocommitPort {
  const dir = directoryOf(root);
  return {
    async alone(work) {
      const { lockIn } = await import('./store/open.ts');
      const lock = await lockIn(dir, 1000);
      // Within one process callers have their turns, and this one is not to wait for its own.
      const held = await lock.acquire({ unless: () => true }).catch((error: unknown) => {
        if (error instanceof CommsError && error.code === 'LOCK_TIMEOUT') return undefined;
        throw error;
      });
      if (!held) return undefined;
      try {
        return await work();
      } finally {
        await held.release();
      }
    },
    wantedAt: () => statSync(join(dir, 'wanted'), { throwIfNoEntry: false })?.mtimeMs,
    running: () => touch(join(dir, 'running'), String(process.pid)),
    ended(why) {
      if (why) touch(join(dir, 'resting'), JSON.stringify(why));
      else rmSync(join(dir, 'resting'), { force: true });
      rmSync(join(dir, 'running'), { force: true });
    },
    resting: () => readRest(dir),
  };
}

function start(root: string, dir: string): void {
  const program = programOf();
  if (program === undefined) return;
  const { spawn } = process.getBuiltinModule('node:child_process');
  const child = spawn(process.execPath, [program, 'commit', '--auto', '--workspace', root], {
    cwd: root,
    detached: true,
    stdio: 'ignore',
    windowsHide: true,
  });
  child.on('error', () => undefined);
  child.unref();
  // Until it says so itself.
  if (child.pid !== undefined) touch(join(dir, 'running'), String(child.pid));
}

function isRunning(dir: string): boolean {
  const file = join(dir, 'running');
  const stats = statSync(file, { throwIfNoEntry: false });
  if (!stats || Math.abs(Date.now() - stats.mtimeMs) > GONE_MS) return false;
  try {
    process.kill(Number(readRegularText(file)), 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

function restIn(dir: string): AutocommitRest | undefined {
  const rest = readRest(dir);
  return rest && rest.until > Date.now() ? rest : undefined;
}

function readRest(dir: string): AutocommitRest | undefined {
  const file = join(dir, 'resting');
  if (!existsSync(file)) return undefined;
  try {
    return JSON.parse(readRegularText(file)) as AutocommitRest;
  } catch {
    return undefined;
  }
}

/** The command line of this package, wherever the bundle that this code is in lies. */
function programOf(): string | undefined {
  // The command line is shipped as CommonJS, the library as ES modules.
  const here = typeof __filename === 'string' ? __filename : fileURLToPath(import.meta.url);
  for (let dir = dirname(here), n = 0; n < 4; dir = dirname(dir), n++) {
    const program = join(dir, 'bin', 'comms.js');
    if (existsSync(program)) return program;
  }
  return undefined;
}

function touch(file: string, text: string): void {
  try {
    writeOwn(file, text);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true });
    writeOwn(file, text);
  }
}

/** A link would have us empty the file that it leads to, and a pipe would have us wait. */
function writeOwn(file: string, text: string): void {
  const descriptor = openSync(file, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_NONBLOCK, 0o666);
  try {
    writeFileSync(descriptor, text);
  } finally {
    closeSync(descriptor);
  }
}

function directoryOf(root: string): string {
  return join(root, STATE_DIR, 'autocommit');
}
