import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createLock } from '../../../src/store/files/lock/lock.ts';
import type { Timings } from '../../../src/store/files/lock/timings.ts';

/** A process for the tests of the lock: node lock-worker.mjs MODE DIRECTORY TIMINGS. It answers in lines of JSON. */
const [mode = '', dir = '', timings = '{}'] = process.argv.slice(2);
const lock = createLock({ stateDir: path.join(dir, 'state'), timings: JSON.parse(timings) as Timings });

const say = (line: unknown) => fs.writeSync(1, `${JSON.stringify(line)}\n`);
const commands = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const command = async () => (await commands.next()).value as string | undefined;

/** Adds lines to a file by reading, waiting and replacing it, until told to stop. What was acknowledged must be in the file. */
async function append(): Promise<void> {
  const file = path.join(dir, 'lines');
  const busy = path.join(dir, 'busy');
  let stopped = false;
  void command().then(() => {
    stopped = true;
  });
  for (let n = 0; !stopped; n++) {
    const held = await lock.acquire();
    if (fs.existsSync(busy) && !held.takenOver) say({ violation: 'work was cut off and the next holder was not told' });
    fs.writeFileSync(busy, String(process.pid));
    say({ holding: true });
    const before = fs.readFileSync(file, 'utf8');
    if (Math.random() < 0.5) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    else pauseInPlace(Math.random() * 2);
    const temp = path.join(dir, `temp-${process.pid}`);
    fs.writeFileSync(temp, `${before}${process.pid}:${n}\n`);
    held.assertHeld();
    fs.renameSync(temp, file);
    say({ line: `${process.pid}:${n}` });
    fs.unlinkSync(busy);
    await held.release();
  }
}

/** One acquisition for each time that is given, all processes at once; "overlap" where another one is inside. */
async function meet(acquire: () => Promise<{ takenOver: boolean; release(): Promise<void> }>): Promise<void> {
  for (let at = await command(); at !== undefined; at = await command()) {
    pauseInPlace(Number(at) - Date.now());
    const held = await acquire();
    const overlap = !tryMake(path.join(dir, 'inside'));
    const enteredAt = String(process.hrtime.bigint());
    pauseInPlace(2);
    fs.rmSync(path.join(dir, 'inside'), { force: true });
    await held.release();
    say({ overlap, takenOver: held.takenOver, enteredAt });
  }
}

/** Holds the lock and does as it is told, one command a line. */
async function hold(): Promise<void> {
  const held = await lock.acquire();
  say({ takenOver: held.takenOver });
  for (let next = await command(); next !== undefined; next = await command()) {
    if (next === 'exit') process.exit(7);
    try {
      if (next === 'check') held.assertHeld();
      if (next === 'release') await held.release();
      say({ ok: true });
    } catch (error) {
      say({ ok: false, code: (error as { code?: string }).code });
    }
  }
}

/** Ends in an orderly way on SIGTERM, by a handler of the kind that is gone once it runs. */
async function endOrderly(): Promise<void> {
  process.once('SIGTERM', () => setTimeout(() => process.exit(23), 20));
  const held = await lock.acquire();
  await held.release();
  say({ ready: true });
  await command();
}

/** The library as it comes, with its own takeover. */
async function plainLibrary(): Promise<{ takenOver: boolean; release(): Promise<void> }> {
  // Here, because loading it has effects that a test of endOrderly looks at.
  const { default: lockfile } = await import('proper-lockfile');
  const state = path.join(dir, 'state');
  for (;;) {
    try {
      const options = { lockfilePath: path.join(state, 'lock'), realpath: false, stale: 2_000, onCompromised: () => {} };
      const release = await lockfile.lock(state, options);
      return { takenOver: false, release: () => release().catch(() => {}) };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    }
  }
}

function tryMake(file: string): boolean {
  try {
    fs.closeSync(fs.openSync(file, 'wx'));
    return true;
  } catch {
    return false;
  }
}

function pauseInPlace(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

if (mode === 'append') await append();
if (mode === 'meet') await meet(() => lock.acquire());
if (mode === 'meet-plain') await meet(plainLibrary);
if (mode === 'hold') await hold();
if (mode === 'end-orderly') await endOrderly();
process.exit(0);
