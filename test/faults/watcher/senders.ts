import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Random } from '../../merge/branches.ts';

/** A gap between two writes is up to this long, in ms; a file watcher drops events that come closer than about half of it. */
export const LONGEST_GAP_MS = 100;

/** Starts a process of each, with gaps of its own. The answer resolves with the ids of all that was acknowledged. */
export async function sendersAtOnce(root: string, random: Random, { senders, each }: { senders: number; each: number }): Promise<string[]> {
  const gaps = () => Array.from({ length: each }, () => random(LONGEST_GAP_MS + 1));
  const ids = Array.from({ length: senders }, (_, at) => linesOf('sender.mjs', [root, `sender ${at}`, JSON.stringify(gaps())]));
  return (await Promise.all(ids)).flat();
}

/** Claims and completes `count` messages in another process. Resolves with their ids. */
export function handled(root: string, count: number): Promise<string[]> {
  return linesOf('handler.mjs', [root, String(count)]);
}

/** A worker that lies beside this file. */
export function workerFile(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

async function linesOf(worker: string, argv: string[]): Promise<string[]> {
  const child = spawn(process.execPath, [workerFile(worker), ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error(`${worker} ended with ${status}`);
  return lines;
}
