import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleWorker } from '../bundle-worker.ts';
import { LONG } from '../long.ts';
import { sceneOf, whatIsWrong } from './disk/cases.ts';
import { inTmpfs } from './disk/in-tmpfs.ts';
import { OPERATIONS } from './disk/operations.ts';
import { type Illness, illnessesOf } from './disk/sick-file-system.ts';
import type { Ran } from './disk/tmpfs-worker.ts';
import { figure } from './figure.ts';

/** How many cases of each operation the short form tries. */
const SHORT_CASES = 16;
const AT_ONCE = 8;

describe('a system call that fails at any place', () => {
  test.each(OPERATIONS)(
    '$name: a clear error and the old state, or it is done; the next call works, and nothing is left',
    async (operation) => {
      const scene = await sceneOf(operation);
      const all = illnessesOf(scene.calls);
      const stride = LONG ? 1 : Math.ceil(all.length / SHORT_CASES);
      const cases = all.filter((_, n) => n % stride === 0);
      const wrong: string[] = [];
      const next = async () => {
        for (let illness = cases.shift(); illness; illness = cases.shift()) {
          figure('failing system calls', 1);
          const found = await whatIsWrong(scene, illness);
          const { name, file } = scene.calls[illness.at - 1] ?? { name: '?', file: '' };
          wrong.push(...found.map((what) => `${nameOf(illness)} ${name} ${file}: ${what}`));
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
      scene.dispose();
      expect(wrong).toEqual([]);
    },
  );
});

function nameOf({ at, errno, lasting }: Illness): string {
  return `call ${at}, ${errno}${lasting ? ' from then on' : ''},`;
}

describe('a full disk, a small tmpfs', () => {
  /** Not elsewhere, so that the worker finds better-sqlite3. */
  const built = path.join(import.meta.dirname, '../../dist/test-disk');
  const worker = path.join(built, `worker-${process.pid}.mjs`);
  const bin = path.join(import.meta.dirname, '../../bin/comms.js');
  let directory: string;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'comms-tmpfs-'));
    for (const name of ['mount', 'outside']) mkdirSync(path.join(directory, name));
    mkdirSync(built, { recursive: true });
    await bundleWorker(path.join(import.meta.dirname, 'disk/tmpfs-worker.ts'), worker);
  });
  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
    rmSync(built, { recursive: true, force: true });
  });

  const pages = (count: number) => Array.from({ length: count }, (_, free) => free);
  test.each([
    { store: 'files', what: 'pages', inodes: undefined, frees: LONG ? pages(20) : [0, 4] },
    { store: 'files', what: 'inodes', inodes: 250, frees: LONG ? [-1, -2, -3, -4, -6] : [-2] },
    { store: 'sqlite', what: 'pages', inodes: undefined, frees: LONG ? pages(16) : [1] },
  ])(
    '$store, with hardly any $what left: the command ends with an error, and nothing is lost, doubled or in the way',
    ({ store, inodes, frees }) => {
      const mount = { at: path.join(directory, 'mount'), bytes: 1 << 20, ...(inodes !== undefined && { inodes }) };
      const program = [process.execPath, worker, mount.at, path.join(directory, 'outside'), store, bin, ...frees.map(String)];
      const printed = inTmpfs(mount, program);
      figure('commands on a full disk', printed === undefined ? 0 : printed.trim().split('\n').length);
      if (printed === undefined) {
        console.warn('This machine lets us mount no tmpfs: a full disk was only tried with system calls that are made to fail.');
        return;
      }
      const ran = printed
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Ran);
      expect(ran.filter(({ wrong }) => wrong.length > 0)).toEqual([]);
      // Some of them did meet the full disk.
      expect(ran.filter(({ status }) => status !== 0).length).toBeGreaterThan(0);
      expect(ran.length).toBe(9 * frees.length);
    },
  );
});
