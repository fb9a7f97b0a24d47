import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Message } from '../../src/message/message.ts';
import { comms, type Heard, listen } from './watch-harness.ts';

export const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));

/** A line of `work --json`. */
export interface Line {
  event: string;
  message: Message;
  error?: string;
  state?: string;
  until?: string;
}

export interface Working {
  child: ChildProcess;
  out: Heard;
  err: Heard;
  exit: Promise<unknown[]>;
  lines(): Line[];
  /** The ids of the messages of which this was told. */
  ids(event: string): string[];
  until(event: string, count?: number): Promise<void>;
}

/** A `comms work --as gpt --json` in a process of its own, that is killed after the test. */
export function startWork(root: string, argv: string[]): Working {
  const child = spawn(process.execPath, [BIN, 'work', '--as', 'gpt', '--json', ...argv], { cwd: root, env: { PATH: process.env.PATH } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [out, err] = [listen(), listen()];
  child.stdout.setEncoding('utf8').on('data', out.write);
  child.stderr.setEncoding('utf8').on('data', err.write);
  const lines = () =>
    out
      .text()
      .split('\n')
      .filter((line) => line.startsWith('{"event"') && line.endsWith('}'))
      .map((line) => JSON.parse(line) as Line);
  const ids = (event: string) =>
    lines()
      .filter((line) => line.event === event)
      .map(({ message }) => message.id);
  return {
    child,
    out,
    err,
    exit: once(child, 'close'),
    lines,
    ids,
    until: (event, count = 1) => out.until(() => lines().filter((line) => line.event === event).length >= count, `${count} × ${event}`),
  };
}

/** Changes config.json of a workspace. */
export function configure(root: string, change: Record<string, unknown>): void {
  const file = join(root, 'config.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), ...change }, null, 2));
}

/** The message as it is now. */
export async function messageOf(root: string, id: string): Promise<Message> {
  const { out } = await comms(root, ['read', id, '--json']);
  return JSON.parse(out).data.message;
}

export function linesOf(root: string, file: string): string[] {
  const path = join(root, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

/** Whether a process is there, or only what is left of it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}
