import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { createLock, type HeldLock } from '../../../src/store/files/lock/lock.ts';
import type { Timings } from '../../../src/store/files/lock/timings.ts';

/** A process for the tests of the lock: node lock-worker.mjs MODE DIRECTORY TIMINGS. It answers in lines of JSON. */
const [mode = '', dir = '', timings = '{}'] = process.argv.slice(2);
const lock = createLock({ stateDir: path.join(dir, 'state'), timings: JSON.parse(timings) as Timings });

type Held = Pick<HeldLock, 'takenOver' | 'assertHeld' | 'release'>;

const say = (line: unknown) => fs.writeSync(1, `${JSON.stringify(line)}\n`);
const commands = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const command = async () => (await commands.next()).value as string | undefined;

/**
 * Adds lines to a file by reading, waiting and replacing it, until told to stop. What was acknowledged must be in the file, and
 * nobody else be at it meanwhile: who is at it writes its name into a file beside it.
 */
async function append(acquire: () => Promise<Held>, isTold: boolean): Promise<void> {
  const busy = path.join(dir, 'busy');
  let stopped = false;
  void command().then(() => {
    stopped = true;
  });
  for (let n = 0; !stopped; n++) {
    const held = await acquire();
    if (isTold && fs.existsSync(busy) && !held.takenOver) say({ violation: 'work was cut off and the next holder was not told' });
    const name = `${process.pid}:${n}`;
    fs.writeFileSync(busy, name);
    say({ holding: true, takenOver: held.takenOver });
    if (await addLine(name, held)) {
      if (textOf(busy) !== name) say({ violation: 'somebody else was inside at the same time', name });
      fs.rmSync(busy, { force: true });
    } else say({ lost: true });
    await held.release();
  }
}

/** Returns whether it did: not where the lock was lost, by standing still for too long. */
async function addLine(name: string, held: Held): Promise<boolean> {
  const file = path.join(dir, 'lines');
  const before = fs.readFileSync(file, 'utf8');
  if (Math.random() < 0.5) await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
  else pauseInPlace(Math.random() * 2);
  const temp = path.join(dir, `temp-${process.pid}`);
  fs.writeFileSync(temp, `${before}${name}\n`);
  try {
    held.assertHeld();
  } catch {
    return false;
  }
  fs.renameSync(temp, file);
  say({ line: name });
  return true;
}

/** One acquisition for each time that is given, all processes at once; "overlap" where another one is inside. */
async function meet(acquire: () => Promise<Held>): Promise<void> {
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
async function plainLibrary(): Promise<Held> {
  // Here, because loading it has effects that a test of endOrderly looks at.
  const { default: lockfile } = await import('proper-lockfile');
  const state = path.join(dir, 'state');
  for (;;) {
    try {
      const options = { lockfilePath: path.join(state, 'lock'), realpath: false, stale: 2_000, onCompromised: () => {} };
      const release = await lockfile.lock(state, options);
      return { takenOver: false, assertHeld: () => {}, release: () => release().catch(() => {}) };
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

function textOf(file: string): string | undefined {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function pauseInPlace(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

if (mode === 'append') await append(() => lock.acquire(), true);
if (mode === 'append-plain') await append(plainLibrary, false);
if (mode === 'meet') await meet(() => lock.acquire());
if (mode === 'meet-plain') await meet(plainLibrary);
if (mode === 'hold') await hold();
if (mode === 'end-orderly') await endOrderly();
process.exit(0);
