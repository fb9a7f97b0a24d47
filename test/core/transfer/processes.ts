import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { beforeAll } from 'vitest';
import { bundleWorker } from '../../bundle-worker.ts';

/** Not elsewhere, so that it finds better-sqlite3. */
const built = path.join(import.meta.dirname, '../../../dist/test-transfer');
const worker = path.join(built, `worker-${process.pid}.mjs`);
const preload = path.join(built, `kill-${process.pid}.mjs`);

/** Counts what changes files, and kills the process just before the nth; with 0 it says the count at the end. */
const KILL = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
const at = Number(process.env.KILL_AT);
let count = 0;
for (const name of ['renameSync', 'linkSync', 'rmSync', 'unlinkSync', 'mkdirSync', 'writeSync', 'writeFileSync', 'fsyncSync']) {
  const real = fs[name];
  fs[name] = (...args) => {
    count += 1;
    if (count === at) process.kill(process.pid, 'SIGKILL');
    return real(...args);
  };
}
syncBuiltinESMExports();
if (at === 0) process.on('exit', () => fs.writeSync(1, 'operations ' + count + '\\n'));
`;

export function buildWorker(): void {
  beforeAll(async () => {
    mkdirSync(built, { recursive: true });
    writeFileSync(preload, KILL);
    await bundleWorker(path.join(import.meta.dirname, 'worker.ts'), worker);
    return () => rmSync(built, { recursive: true, force: true });
  });
}

export interface Started {
  child: ChildProcess;
  lines: string[];
  ended: Promise<number | null>;
}

/** Starts the worker; with `killAt` it dies just before the nth change of a file. */
export function start(args: string[], { killAt }: { killAt?: number } = {}): Started {
  const loading = killAt === undefined ? [] : ['--import', preload];
  const child = spawn(process.execPath, [...loading, worker, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...(killAt === undefined ? {} : { KILL_AT: String(killAt) }) },
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, lines, ended };
}
