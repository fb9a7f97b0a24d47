import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { WatchEvent } from '../../../src/cli/watch/event-data.ts';
import { argvUnder, type Sight } from './sight.ts';

export const BIN = fileURLToPath(new URL('../../../bin/comms.js', import.meta.url));
/** Far more than anything here takes: a loaded machine must not fail a test. */
const BOUND_MS = 60_000;

/** A watcher in a process of its own, and what it told so far. */
export interface WatcherProcess {
  child: ChildProcess;
  events: readonly WatchEvent[];
  /** What it told on stderr. */
  stderr(): string;
  ready(): Promise<void>;
  /** Resolves when `test` holds, looked at after each event. Fails after so many ms without an event, by default a minute. */
  until(test: () => boolean, what: string, withinMs?: number): Promise<void>;
  /** Ends it, and resolves when everything that it printed was read. */
  end(): Promise<void>;
}

export interface WatcherOptions {
  /** The options of `comms watch`. Default: --as gpt. */
  argv?: string[];
  /** Another program for Node, with its arguments. */
  program?: string[];
  sight?: Sight;
}

/** Starts `comms watch --json` that sees what `sight` lets it see. */
export function watcherProcess(root: string, { argv = ['--as', 'gpt'], program, sight = 'all' }: WatcherOptions = {}): WatcherProcess {
  const watching = program ?? [BIN, 'watch', '--workspace', root, '--json', ...argv];
  return heard(argvUnder(sight, watching), root, { COMMS_TEST_SIGHT: sight });
}

/** Starts any program that prints a line of JSON an event as a watcher does. It is killed after the test. */
export function heard([program = '', ...argv]: string[], cwd: string, env: NodeJS.ProcessEnv = {}): WatcherProcess {
  const child = spawn(program, argv, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const events: WatchEvent[] = [];
  const looks = new Set<() => void>();
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
  createInterface({ input: child.stdout }).on('line', (line) => {
    events.push(JSON.parse(line));
    for (const look of looks) look();
  });
  const closed = once(child, 'close');
  const until = (test: () => boolean, what: string, withinMs = BOUND_MS) =>
    new Promise<void>((resolve, reject) => {
      const end = (settle: () => void) => {
        clearTimeout(timer);
        looks.delete(look);
        settle();
      };
      const look = () => {
        timer.refresh();
        if (test()) end(resolve);
      };
      const timer = setTimeout(() => end(() => reject(new Error(`not told: ${what}\n${shortly(events)}\n${stderr}`))), withinMs);
      looks.add(look);
      look();
    });
  return {
    child,
    events,
    stderr: () => stderr,
    ready: () => until(() => events.some(({ event }) => event === 'ready'), 'ready'),
    until,
    async end() {
      child.kill('SIGTERM');
      await closed;
    },
  };
}

/** The last events, each on a line, for the message of a failure. */
function shortly(events: readonly WatchEvent[]): string {
  const lines = events.map((event) => `${event.event} ${'message' in event ? `${event.message.id} ${event.message.status}` : ''}`);
  return lines.slice(-20).join('\n');
}
