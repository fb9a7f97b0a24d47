import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HAS_ITS_OWN = 'enableCompileCache' in Module;

let copy: string;
beforeEach(() => {
  copy = mkdtempSync(path.join(tmpdir(), 'comms-cache-'));
  // Other tests make bundles of their own there meanwhile.
  const filter = (from: string) => !/[\\/]dist[\\/]test-/.test(from);
  for (const name of ['bin', 'dist', 'package.json']) cpSync(path.join(ROOT, name), path.join(copy, name), { recursive: true, filter });
  for (const name of cacheFiles()) rmSync(name);
});
afterEach(() => rmSync(copy, { recursive: true, force: true }));

const comms = (env: NodeJS.ProcessEnv = {}) =>
  execFileSync(process.execPath, [path.join(copy, 'bin/comms.js'), 'template', 'INFO'], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
function cacheFiles(): string[] {
  const dir = path.join(copy, 'dist/cli');
  return readdirSync(dir).flatMap((name) => (name.startsWith('.compile-cache') ? [path.join(dir, name)] : []));
}

describe.runIf(!HAS_ITS_OWN)('the compile cache of Node 20', () => {
  test('is made by the first run and used by the next, which say the same', () => {
    const first = comms();
    const [file] = cacheFiles();
    const made = readFileSync(String(file));
    expect(comms()).toBe(first);
    expect(readFileSync(String(file)).equals(made)).toBe(true);
  });

  test.each([
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 1000)],
    ['empty', () => Buffer.alloc(0)],
    ['damaged in its head', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, 100, 200)],
    ['damaged in a part', (bytes: Buffer) => Buffer.from(bytes).fill(0xff, bytes.length - 50_000, bytes.length - 49_900)],
  ])('one that is %s is made anew', (_what, damage) => {
    const first = comms();
    const [file] = cacheFiles();
    const made = readFileSync(String(file));
    writeFileSync(String(file), damage(made));
    expect(comms()).toBe(first);
    const again = readFileSync(String(file));
    expect(again.length).toBeGreaterThan(made.length * 0.9);
    expect(again.includes(Buffer.alloc(64, 0xff))).toBe(false);
  });

  test('can be turned off', () => {
    comms({ NODE_DISABLE_COMPILE_CACHE: '1' });
    expect(cacheFiles()).toEqual([]);
  });
});

test.runIf(HAS_ITS_OWN)('later versions of Node keep their own', () => {
  comms();
  expect(cacheFiles()).toEqual([]);
});
