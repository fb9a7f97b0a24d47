import fs from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { type FileSystem, nodeFileSystem } from '../../../src/store/files/file-system.ts';
import { createDeathWatch, type DeadLock } from '../../../src/store/files/lock/death-watch.ts';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import { type LockPaths, lockPaths, lookAt } from '../../../src/store/files/lock/lock-directory.ts';
import { ownIdentity } from '../../../src/store/files/lock/process-identity.ts';
import { removeDeadLock } from '../../../src/store/files/lock/takeover.ts';
import { TIMINGS } from '../../../src/store/files/lock/timings.ts';
import { newDirectory } from './lock-processes.ts';

/** Takers-over that meet between two of their system calls: what a loaded machine does once in a hundred times. */

/** No process has a pid above this limit of Linux. */
const DEAD = 2 ** 22 + 1;

let paths: LockPaths;
beforeEach(() => {
  paths = lockPaths(path.join(newDirectory(), 'state'));
  fs.mkdirSync(paths.lock);
  fs.mkdirSync(paths.records);
});

/** The system calls of a process that is overtaken right before it removes the lock directory. */
function overtaken(meanwhile: () => void): FileSystem {
  return {
    ...nodeFileSystem,
    rmdirSync(dir) {
      meanwhile();
      nodeFileSystem.rmdirSync(dir);
    },
  };
}

const found = (deeds: string[] = [], why: DeadLock['why'] = 'silent'): DeadLock => {
  const seen = lookAt(fs, paths.lock);
  if (!seen) throw new Error('There is no lock.');
  return { seen, deeds, why, pid: undefined };
};
const sign = (name: string, pid: number) => {
  fs.writeFileSync(path.join(paths.records, name), JSON.stringify({ ...ownIdentity(), pid, directory: lookAt(fs, paths.lock) }));
  return name;
};
/** What the next holder does as soon as the lock is free. Returns whether it was. */
const takeIfFree = () => {
  if (fs.existsSync(paths.lock)) return false;
  fs.mkdirSync(paths.lock);
  sign('owner-next', process.pid);
  return true;
};

describe('two that found the same dead lock', () => {
  /** The slower one is overtaken right before it removes the directory. Of both one removed it, and the next holder, if it came already, has its lock. */
  const expectOneRemoval = (fast: DeadLock, slow: DeadLock) => {
    const taken: boolean[] = [];
    const overtakenFs = overtaken(() => {
      taken.push(removeDeadLock(nodeFileSystem, paths, fast), takeIfFree());
    });
    taken.push(removeDeadLock(overtakenFs, paths, slow));
    expect(taken[0] && taken[2]).toBe(false);
    expect(fs.existsSync(paths.lock)).toBe(taken[1]);
  };

  test('without a deed: the slower one does not remove the lock of whoever came next', () => {
    const dead = found();
    expectOneRemoval(dead, dead);
  });

  test('with the deed of a dead holder: the same', () => {
    const dead = found([sign('owner-dead', DEAD)], 'gone');
    expectOneRemoval(dead, dead);
  });

  test('one of them when there was no deed yet, the other by the deed of a taker-over that died: the same', () => {
    const early = found();
    const adopted = sign(`adopted-${early.seen.ino}-${early.seen.mtimeNs}`, DEAD);
    expectOneRemoval(early, found([adopted], 'gone'));
  });

  test('leave no record but that work was cut off', () => {
    const dead = found([sign('owner-dead', DEAD)], 'gone');
    expect([removeDeadLock(nodeFileSystem, paths, dead), removeDeadLock(nodeFileSystem, paths, dead)]).toEqual([true, false]);
    expect(fs.readdirSync(paths.records)).toEqual([expect.stringMatching(/^half-done-/)]);
  });
});

test.each([
  ['without a deed', () => found()],
  ['with the deed of a dead holder', () => found([sign('owner-dead', DEAD)], 'gone')],
])('a taker-over that stands still %s is waited for as long as any holder', (_, find) => {
  const dead = find();
  const looks: unknown[] = [];
  const slow = overtaken(() => {
    let now = 0;
    const look = createDeathWatch(nodeFileSystem, paths, TIMINGS, () => now);
    for (; now <= TIMINGS.unsignedDeadAfter * 2; now += TIMINGS.mostBetweenLooks) looks.push(look());
  });
  expect(removeDeadLock(slow, paths, dead)).toBe(true);
  expect(looks.slice(1).every((look) => look === 'still')).toBe(true);
});

test.each([
  ['without a deed', () => found()],
  ['with the deed of a dead holder', () => found([sign('owner-dead', DEAD)], 'gone')],
])('a taker-over that is killed %s leaves a lock that the next one takes over, and tells', (_, find) => {
  const dead = find();
  const kept = path.join(path.dirname(paths.records), 'kept');
  const killed = overtaken(() => {
    fs.cpSync(paths.records, kept, { recursive: true });
    throw Object.assign(new Error('killed'), { code: 'EKILLED' });
  });
  expect(() => removeDeadLock(killed, paths, dead)).toThrow('killed');
  fs.cpSync(kept, paths.records, { recursive: true });
  for (const name of fs.readdirSync(paths.records)) if (name.startsWith('adopted-')) sign(name, DEAD);
  const look = createDeathWatch(nodeFileSystem, paths, TIMINGS);
  look();
  const next = look();
  if (typeof next !== 'object') throw new Error(`The lock is ${next}.`);
  expect([next.why, removeDeadLock(nodeFileSystem, paths, next)]).toEqual(['gone', true]);
  expect(fs.existsSync(paths.lock)).toBe(false);
  expect(fs.readdirSync(paths.records).filter((name) => name.startsWith('half-done-'))).toHaveLength(2);
});

describe('a maker that stands still between the making of the lock and its deed, for longer than half of the time that others wait', () => {
  const timings = { ...TIMINGS, unsignedDeadAfter: 200 };
  /** Stands still over its first deed. */
  const stalled = (meanwhile: () => void): FileSystem => {
    let done = false;
    return {
      ...nodeFileSystem,
      writeFileSync(file, data, options) {
        if (!done && path.basename(String(file)).startsWith('owner-')) {
          done = true;
          Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, timings.unsignedDeadAfter * 0.6);
          meanwhile();
        }
        nodeFileSystem.writeFileSync(file, data, options);
      },
    };
  };
  beforeEach(() => fs.rmdirSync(paths.lock));

  test('does not have the lock, which may be of another by then', async () => {
    const taken: boolean[] = [];
    const slow = stalled(() => taken.push(removeDeadLock(nodeFileSystem, paths, found()), takeIfFree()));
    const held = await createLock({ stateDir: paths.stateDir, timings, fs: slow }).acquire({ unless: () => true });
    expect([held, ...taken]).toEqual([undefined, true, true]);
    expect(fs.existsSync(paths.lock)).toBe(true);
    expect(fs.readdirSync(paths.records).filter((name) => name.startsWith('owner-'))).toEqual(['owner-next']);
  });

  test('leaves what nobody took over to be taken over, and the first to have it puts right what was perhaps cut off', async () => {
    // More than once, where the machine makes it stand still once more.
    const taken = new Set<string>();
    const onTakeover = ({ why }: { why: string }) => taken.add(why);
    const held = await createLock({ stateDir: paths.stateDir, timings, fs: stalled(() => {}), onTakeover }).acquire();
    held.assertHeld();
    expect([held.takenOver, [...taken]]).toEqual([true, ['silent']]);
    await held.release();
    expect(fs.existsSync(paths.lock)).toBe(false);
  });
});
