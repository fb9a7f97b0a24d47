import { spawn } from 'node:child_process';
import { errnoOf } from '../../errors.ts';
import { visible } from '../../message/text.ts';
import type { MessageEvent } from './event-data.ts';

export interface ExecOptions {
  /** A line for the shell. Nothing of a message is ever put into it. */
  command: string;
  workspace: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** Its abort ends the command that runs, and what waits for its turn never begins. */
  signal: AbortSignal;
  /** Told of each command that failed. */
  warn: (message: string) => void;
  /** Keep stdout for the stream of events; the command prints on stderr then. */
  stdoutIsTaken: boolean;
}

export interface Exec {
  /** Runs the command for this event after those before it. */
  run(event: MessageEvent): void;
  /** Resolves when every command has ended. */
  settled(): Promise<void>;
}

/** Runs a command for events, one after another, in their order. */
export function createExec(options: ExecOptions): Exec {
  let last = Promise.resolve();
  return {
    run(event) {
      last = last.then(() => (options.signal.aborted ? undefined : runOne(event, options)));
    },
    settled: () => last,
  };
}

/** Resolves when the command has ended, however it did. */
function runOne(event: MessageEvent, { command, workspace, cwd, env, signal, warn, stdoutIsTaken }: ExecOptions): Promise<void> {
  const about = visible(String(event.message.id));
  return new Promise((resolve) => {
    const child = spawn(command, {
      shell: true,
      cwd,
      env: { ...env, ...variables(event, workspace) },
      stdio: ['pipe', stdoutIsTaken ? 2 : 'inherit', 'inherit'],
      // A group of its own, so that a signal reaches all of a pipeline and not the shell alone.
      detached: process.platform !== 'win32',
      windowsHide: true,
    });
    const stop = () => kill(child.pid, signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
    signal.addEventListener('abort', stop, { once: true });
    child.on('error', (error) => {
      signal.removeEventListener('abort', stop);
      warn(`--exec could not be run for ${about}: ${error.message}`);
      resolve();
    });
    child.on('exit', (status, killedBy) => {
      signal.removeEventListener('abort', stop);
      const how = killedBy === null ? `with exit status ${status}` : `by ${killedBy}`;
      if (status !== 0 && !signal.aborted) warn(`--exec for ${about} ended ${how}; watching goes on`);
      resolve();
    });
    // A command need not read its stdin: EPIPE, or on Windows EOF, is no failure.
    child.stdin?.on('error', (error) => {
      if (!['EPIPE', 'EOF', 'ECONNRESET'].includes(errnoOf(error) ?? '')) warn(`--exec for ${about}: ${error.message}`);
    });
    child.stdin?.end(`${JSON.stringify(event.message)}\n`);
  });
}

function variables({ event, agent, message }: MessageEvent, workspace: string): NodeJS.ProcessEnv {
  return {
    COMMS_EVENT: event,
    COMMS_AGENT: agent,
    COMMS_WORKSPACE: workspace,
    COMMS_MESSAGE_ID: variable(message.id),
    COMMS_MESSAGE_TYPE: variable(message.type),
    COMMS_MESSAGE_SENDER: variable(message.sender),
  };
}

/** Hand-written fields may hold a NUL, which no variable can, or more than the system lets through. */
function variable(value: unknown): string {
  return visible(value === undefined ? '' : String(value)).slice(0, 1000);
}

function kill(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, name);
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}
