import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, expect, test } from 'vitest';
import { breakerFiles } from '../src/comms-breakers.ts';
import type { BreakerPort } from '../src/core/context.ts';
import { freshName } from '../src/fresh-name.ts';
import { comms, filesWorkspace, send } from './cli/watch-harness.ts';
import { configure } from './cli/work-harness.ts';
import { temporaryDirectory } from './workspace/temporary.ts';

let root: string;
let port: BreakerPort;
beforeEach(() => {
  root = temporaryDirectory();
  port = breakerFiles({ root, newUid: freshName });
});
const file = (name = 'breakers.json') => join(root, '.state', name);

test('keeps one entry beside the other, and takes one away', async () => {
  expect(await port.read('a')).toBeUndefined();
  await port.update('a', async () => 1);
  await port.update('b', async (kept) => kept ?? 2);
  expect([await port.read('a'), await port.read('b')]).toEqual([1, 2]);
  await port.update('a', async () => undefined);
  expect(JSON.parse(readFileSync(file(), 'utf8'))).toEqual({ b: 2 });
  expect(readdirSync(join(root, '.state'))).toEqual(['breakers.json']);
});

test('many at once lose no change', async () => {
  const others = [port, breakerFiles({ root, newUid: freshName }), breakerFiles({ root, newUid: freshName })];
  const changes = others.flatMap((other) => Array.from({ length: 20 }, () => other.update('a', async (kept) => Number(kept ?? 0) + 1)));
  await Promise.all(changes);
  expect(await port.read('a')).toBe(60);
});

test('a lock of somebody who died is set aside', async () => {
  mkdirSync(join(root, '.state'));
  writeFileSync(file('breakers.json.lock'), '');
  const old = Date.now() / 1000 - 60;
  utimesSync(file('breakers.json.lock'), old, old);
  await port.update('a', async () => 1);
  expect(readdirSync(join(root, '.state'))).toEqual(['breakers.json']);
});

test('what nobody wrote for a week is forgotten with the next change', async () => {
  mkdirSync(join(root, '.state'));
  writeFileSync(file(), JSON.stringify({ old: { at: Date.now() - 8 * 86_400_000 }, young: { at: Date.now() } }));
  await port.update('a', async () => 1);
  expect(Object.keys(JSON.parse(readFileSync(file(), 'utf8')))).toEqual(['young', 'a']);
});

test.skipIf(process.platform === 'win32')('nothing is written through a link', async () => {
  const outside = temporaryDirectory();
  symlinkSync(outside, join(root, '.state'));
  await expect(port.update('a', async () => 1)).rejects.toThrow('is a link');
  expect(readdirSync(outside)).toEqual([]);
});

test('workers in several processes count the failures together, on SQLite too', async () => {
  for (const store of ['files', 'sqlite']) {
    const workspace = filesWorkspace();
    if (store === 'sqlite') expect((await comms(workspace, ['migrate', '--to', 'sqlite'])).exit).toBe(0);
    configure(workspace, { breaker: { failures: 6, reset_after: '1h' } });
    for (let n = 0; n < 12; n += 1) await send(workspace, `Work ${n}`);
    const bin = fileURLToPath(new URL('../bin/comms.js', import.meta.url));
    const exits = await Promise.all(
      [1, 2, 3].map(async () => {
        const child = spawn(process.execPath, [bin, 'work', '--as', 'gpt', '--drain', '--exec', 'echo >> runs; exit 1'], {
          cwd: workspace,
          stdio: 'ignore',
        });
        return (await once(child, 'exit'))[0];
      }),
    );
    expect(exits).toEqual([5, 5, 5]);
    // Those that ran when it opened are not taken back.
    const runs = readFileSync(join(workspace, 'runs'), 'utf8').length;
    expect(runs).toBeGreaterThanOrEqual(6);
    expect(runs).toBeLessThanOrEqual(8);
    expect(existsSync(join(workspace, '.state', 'breakers.json.lock'))).toBe(false);
  }
}, 60_000);
