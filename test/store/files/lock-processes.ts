import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Timings } from '../../../src/store/files/lock/timings.ts';
import { bundleWorker } from '../../bundle-worker.ts';

/** An answer of lock-worker.ts. */
export type Answer = Record<string, unknown>;

export interface Worker {
  process: ChildProcess;
  tell(line: string): void;
  /** The next answer; rejects when the process ends before. */
  answer(): Promise<Answer>;
  /** Everything that it said and nobody asked for. */
  answers: Answer[];
  exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Node 20 does not run TypeScript. Returns the path of the bundled worker. */
export async function buildWorker(): Promise<string> {
  const outfile = path.join(newDirectory(), 'lock-worker.mjs');
  await bundleWorker(path.join(import.meta.dirname, 'lock-worker.ts'), outfile);
  return outfile;
}

export function newDirectory(): string {
  const dir = mkdtempSync(path.join(realpathSync(tmpdir()), 'comms-lock-'));
  mkdirSync(path.join(dir, 'state'));
  return dir;
}

export function startWorker(file: string, mode: string, dir: string, timings: Timings, onAnswer?: (answer: Answer) => void): Worker {
  const child = spawn(process.execPath, [file, mode, dir, JSON.stringify(timings)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const answers: Answer[] = [];
  const waiting: ((answer: Answer | undefined) => void)[] = [];
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    // A killed process may leave half a line.
    const answer = parse(line);
    if (!answer) return;
    onAnswer?.(answer);
    const next = waiting.shift();
    if (next) next(answer);
    else answers.push(answer);
  });
  const exited = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => {
      for (const next of waiting.splice(0)) next(undefined);
      resolve({ code, signal });
    });
  });
  return {
    process: child,
    tell: (line) => child.stdin.write(`${line}\n`),
    answer: async () => {
      const said = answers.shift() ?? (await new Promise<Answer | undefined>((resolve) => waiting.push(resolve)));
      if (!said) throw new Error(`The worker ended while an answer was awaited (${mode}).`);
      return said;
    },
    answers,
    exited,
  };
}

function parse(line: string): Answer | undefined {
  try {
    return JSON.parse(line) as Answer;
  } catch {
    return undefined;
  }
}
