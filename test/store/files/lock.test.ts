import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { CommsError } from '../../../src/errors.ts';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import { type LockPaths, lockPaths, lookAt } from '../../../src/store/files/lock/lock-directory.ts';
import { isGone, ownIdentity, type ProcessIdentity } from '../../../src/store/files/lock/process-identity.ts';
import { TIMINGS } from '../../../src/store/files/lock/timings.ts';
import { buildWorker, newDirectory, startWorker, type Worker } from './lock-processes.ts';

const QUICK = { ...TIMINGS, renewEvery: 1_000, deadAfter: 2_000, unsignedDeadAfter: 1_000 };

let dir: string;
let stateDir: string;
let paths: LockPaths;
let workerFile: string;
const started: Worker[] = [];
const start = (mode: string) => {
  const worker = startWorker(workerFile, mode, dir, QUICK);
  started.push(worker);
  return worker;
};

beforeAll(async () => {
  workerFile = await buildWorker();
});
beforeEach(() => {
  dir = newDirectory();
  stateDir = path.join(dir, 'state');
  paths = lockPaths(stateDir);
});
afterEach(async () => {
  for (const worker of started) worker.process.kill('SIGKILL');
  await Promise.all(started.splice(0).map((worker) => worker.exited));
});

const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: CommsError) => error.code,
  );
const records = () => fs.readdirSync(paths.records);

describe('one process', () => {
  test('gives the lock in the order of asking, one at a time', async () => {
    const lock = createLock({ stateDir });
    const other = createLock({ stateDir: `${stateDir}/` });
    const events: string[] = [];
    await Promise.all(
      [lock, other, lock].map(async (each, n) => {
        const held = await each.acquire();
        events.push(`+${n}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        events.push(`-${n}`);
        await held.release();
      }),
    );
    expect(events).toEqual(['+0', '-0', '+1', '-1', '+2', '-2']);
  });

  test('leaves nothing behind', async () => {
    const held = await createLock({ stateDir }).acquire();
    await held.release();
    expect(fs.existsSync(paths.lock)).toBe(false);
    expect(records()).toEqual([]);
  });

  test('tells the first holder in a new state directory, and only that one', async () => {
    fs.rmSync(stateDir, { recursive: true });
    const lock = createLock({ stateDir });
    const first = await lock.acquire();
    await first.release();
    const second = await lock.acquire();
    await second.release();
    expect([first.takenOver, second.takenOver]).toEqual([true, false]);
  });

  test('tells the next holder too when the recovery failed', async () => {
    const lock = createLock({ stateDir });
    await (await lock.acquire()).release({ recovered: false });
    const next = await lock.acquire();
    await next.release();
    expect(next.takenOver).toBe(true);
  });

  test('gives up after waitMs, whoever has the lock', async () => {
    const held = await createLock({ stateDir }).acquire();
    expect(await codeOf(createLock({ stateDir, waitMs: 20 }).acquire())).toBe('LOCK_TIMEOUT');
    await held.release();
    fs.mkdirSync(paths.lock);
    const error = await createLock({ stateDir, waitMs: 20 })
      .acquire()
      .catch((thrown: CommsError) => thrown);
    expect(error).toMatchObject({ code: 'LOCK_TIMEOUT', details: { lock: paths.lock } });
    fs.rmdirSync(paths.lock);
    await (await createLock({ stateDir, waitMs: 20 }).acquire()).release();
  });

  test('releases once, and not what another has by now', async () => {
    const lock = createLock({ stateDir });
    const held = await lock.acquire();
    // As a taker-over does it, with the same inode number given again.
    for (const name of records()) fs.unlinkSync(path.join(paths.records, name));
    fs.rmdirSync(paths.lock);
    fs.mkdirSync(paths.lock);
    expect(() => held.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_TIMEOUT' }));
    await held.release();
    await held.release();
    expect(fs.existsSync(paths.lock)).toBe(true);
  });

  test('notices that the lock directory is gone', async () => {
    const held = await createLock({ stateDir }).acquire();
    held.assertHeld();
    fs.rmdirSync(paths.lock);
    expect(() => held.assertHeld()).toThrow(expect.objectContaining({ code: 'LOCK_TIMEOUT' }));
    await held.release();
  });

  test('renews in assertHeld, where long work never lets a timer run', async () => {
    const held = await createLock({ stateDir, timings: { ...QUICK, renewEvery: 30 } }).acquire();
    const before = lookAt(fs, paths.lock);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    held.assertHeld();
    expect(lookAt(fs, paths.lock)?.mtimeNs).not.toBe(before?.mtimeNs);
    await held.release();
  });

  test('keeps its own renewals apart from those of the library', async () => {
    const held = await createLock({ stateDir, timings: { ...QUICK, renewEvery: 1_000 } }).acquire();
    const touched = new Set<string | undefined>();
    const until = performance.now() + 2_300;
    while (performance.now() < until) {
      held.assertHeld();
      touched.add(lookAt(fs, paths.lock)?.mtimeNs);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(touched.size).toBeGreaterThan(2);
    await held.release();
    expect(fs.existsSync(paths.lock)).toBe(false);
  });
});

describe('a broken file system', () => {
  const failing = (call: keyof FileSystem, code: string, when: (file: string) => boolean): FileSystem => ({
    ...nodeFileSystem,
    [call]: (file: string, ...rest: unknown[]) => {
      if (when(file)) throw Object.assign(new Error(`${code}: simulated`), { code });
      return (nodeFileSystem[call] as (...args: unknown[]) => unknown)(file, ...rest);
    },
  });
  test.each([
    ['mkdirSync', 'EACCES', 'NOT_WRITABLE'],
    ['mkdirSync', 'EROFS', 'NOT_WRITABLE'],
    ['mkdirSync', 'ENOSPC', 'DISK_FULL'],
    ['writeFileSync', 'ENOSPC', 'DISK_FULL'],
    ['writeFileSync', 'EIO', 'IO_ERROR'],
    ['readdirSync', 'EIO', 'IO_ERROR'],
  ] as const)('%s fails with %s: %s, and nothing is left', async (call, errno, code) => {
    await (await createLock({ stateDir }).acquire()).release();
    const broken = failing(call, errno, (file) => file.startsWith(stateDir));
    const error = await createLock({ stateDir, fs: broken })
      .acquire()
      .catch((thrown: CommsError) => thrown);
    expect(error).toMatchObject({ code, hint: expect.any(String) });
    expect(fs.existsSync(paths.lock)).toBe(false);
    const next = await createLock({ stateDir, waitMs: 100 }).acquire();
    next.assertHeld();
    await next.release();
  });
});

describe('other processes', () => {
  test('one that stood still for too long loses the lock, and notices', async () => {
    const worker = start('hold');
    await worker.answer();
    worker.process.kill('SIGSTOP');
    const held = await createLock({ stateDir, timings: QUICK }).acquire();
    expect(held.takenOver).toBe(true);
    worker.process.kill('SIGCONT');
    worker.tell('check');
    expect(await worker.answer()).toEqual({ ok: false, code: 'LOCK_TIMEOUT' });
    worker.tell('release');
    expect(await worker.answer()).toEqual({ ok: true });
    held.assertHeld();
    await held.release();
  });

  test('one that is idle but alive keeps it', async () => {
    const worker = start('hold');
    await worker.answer();
    expect(await codeOf(createLock({ stateDir, timings: QUICK, waitMs: 3_500 }).acquire())).toBe('LOCK_TIMEOUT');
    worker.tell('check');
    expect(await worker.answer()).toEqual({ ok: true });
  });

  test.each(['exit', 'SIGKILL', 'SIGTERM'] as const)(
    'one that ended by %s is succeeded at once, and the successor is told',
    async (how) => {
      const worker = start('hold');
      await worker.answer();
      if (how === 'exit') worker.tell('exit');
      else worker.process.kill(how);
      const { code, signal } = await worker.exited;
      expect([code, signal]).toEqual(how === 'exit' ? [7, null] : [null, how]);
      const taken: unknown[] = [];
      const held = await createLock({ stateDir, waitMs: 1_000, onTakeover: (dead) => taken.push(dead) }).acquire();
      expect(held.takenOver).toBe(true);
      expect(taken).toEqual([{ why: 'gone', pid: worker.process.pid }]);
      await held.release();
    },
  );

  test('the library does not cut short a handler of the kind that runs once', async () => {
    const worker = start('end-orderly');
    await worker.answer();
    worker.process.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 23, signal: null });
  });
});

describe('whether a holder is gone', () => {
  const dead = 2 ** 22 + 1;
  const cases: [string, Partial<ProcessIdentity>, boolean][] = [
    ['this very process', {}, false],
    ['no such process', { pid: dead }, true],
    ['no such process, after a restart of the machine', { pid: dead, bootId: 'another' }, false],
    ['no such process in this sandbox, perhaps in another', { pid: dead, pidNamespace: 'pid:[1]' }, false],
    ['no such process, where nobody says which machine', { pid: dead, bootId: '' }, false],
    ['another process with its pid', { started: '1' }, true],
  ];
  test.runIf(process.platform === 'linux').each(cases)('%s', (_name, difference, expected) => {
    expect(isGone({ ...ownIdentity(), ...difference })).toBe(expected);
  });
});

test.skipIf(process.platform === 'win32').each(['.', 'lock-records', 'replaced'])(
  'a link out of the workspace in the place of %s is not followed',
  async (name) => {
    const outside = newDirectory();
    const before = fs.readdirSync(outside);
    const state = path.join(dir, '.state');
    const place = path.join(state, name);
    fs.mkdirSync(path.dirname(place), { recursive: true });
    fs.symlinkSync(outside, place);
    await expect(createLock({ stateDir: state }).acquire()).rejects.toMatchObject({ code: 'UNSAFE_PATH' });
    expect(fs.readdirSync(outside)).toEqual(before);
    fs.rmSync(outside, { recursive: true });
  },
);
