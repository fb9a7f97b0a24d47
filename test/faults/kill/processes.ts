import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Plan, Said } from './protocol.ts';

/** A worker that was given its plan. */
export interface Running {
  plan: Plan;
  said: Said[];
  kill(): void;
  /** Kills it once it has said so many lines, or has ended. */
  killAfter(lines: number): void;
  /** Resolves with how it ended, once all that it said has arrived. */
  ended: Promise<'killed' | 'through'>;
}

export interface Pool {
  start(plan: Plan): Running;
  close(): void;
}

/** Workers that are started ahead, since the start of a process takes longer than what it does before it is killed. */
export function createPool(worker: string, ahead: number): Pool {
  const waiting: ChildProcess[] = [];
  const fill = () => {
    while (waiting.length < ahead) waiting.push(spawn(process.execPath, [worker], { stdio: ['pipe', 'pipe', 'inherit'] }));
  };
  fill();
  return {
    start(plan) {
      const child = waiting.shift();
      if (!child) throw new Error('There is no worker.');
      fill();
      return run(child, plan);
    },
    close() {
      for (const child of waiting.splice(0)) child.kill('SIGKILL');
    },
  };
}

function run(child: ChildProcess, plan: Plan): Running {
  const said: Said[] = [];
  let limit = Number.POSITIVE_INFINITY;
  const { stdin, stdout } = child;
  if (!stdin || !stdout) throw new Error('The worker has no pipes.');
  stdin.on('error', () => {});
  createInterface({ input: stdout }).on('line', (line) => {
    const one = parsed(line);
    if (one) said.push(one);
    if (said.length >= limit) child.kill('SIGKILL');
  });
  const ended = new Promise<'killed' | 'through'>((resolve) => {
    child.on('close', (_code, signal) => resolve(signal === 'SIGKILL' ? 'killed' : 'through'));
  });
  stdin.write(`${JSON.stringify(plan)}\n`);
  return {
    plan,
    said,
    kill: () => child.kill('SIGKILL'),
    killAfter(lines) {
      limit = lines;
      if (said.length >= limit) child.kill('SIGKILL');
    },
    ended,
  };
}

/** A killed process may leave half a line. */
function parsed(line: string): Said | undefined {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return undefined;
  }
}
