import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process';
import { errnoOf } from '../../errors.ts';
import type { Message } from '../../message/message.ts';
import { visible } from '../../message/text.ts';

/** What `watch --exec` and `work --exec` run for a message. */
export interface ShellCommandOptions {
  /** A line for the shell. Nothing of a message is ever put into it. */
  command: string;
  /** Written to its stdin as a line of JSON. */
  message: Message;
  /** Beside COMMS_MESSAGE_ID, _TYPE and _SENDER. */
  variables: Record<string, string>;
  cwd: string;
  env: NodeJS.ProcessEnv;
  stdio: StdioOptions;
  /** Told where the message could not be written for another reason than that nobody reads it. */
  onStdinError: (error: Error) => void;
}

const WINDOWS = process.platform === 'win32';

/** Starts the command, with the message on its stdin and what tells it apart in its environment. */
export function startShellCommand({ command, message, variables, cwd, env, stdio, onStdinError }: ShellCommandOptions): ChildProcess {
  const child = spawn(command, {
    shell: true,
    cwd,
    env: {
      ...env,
      ...variables,
      COMMS_MESSAGE_ID: variable(message.id),
      COMMS_MESSAGE_TYPE: variable(message.type),
      COMMS_MESSAGE_SENDER: variable(message.sender),
    },
    stdio,
    // A group of its own, so that a signal reaches all of a pipeline and not the shell alone.
    detached: !WINDOWS,
    windowsHide: true,
  });
  // A command need not read its stdin: EPIPE, or on Windows EOF, is no failure.
  child.stdin?.on('error', (error) => {
    if (!['EPIPE', 'EOF', 'ECONNRESET'].includes(errnoOf(error) ?? '')) onStdinError(error);
  });
  child.stdin?.end(`${JSON.stringify(message)}\n`);
  return child;
}

/** Sends a signal to a command and everything that it started; on Windows to the shell alone, which has no groups. */
export function signalGroup(pid: number | undefined, name: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(WINDOWS ? pid : -pid, name);
  } catch (error) {
    // EPERM: on macOS, a group of which only those are left that have ended.
    if (errnoOf(error) !== 'ESRCH' && errnoOf(error) !== 'EPERM') throw error;
  }
}

/** Hand-written fields may hold a NUL, which no variable can, or more than the system lets through. */
function variable(value: unknown): string {
  return visible(value === undefined ? '' : String(value)).slice(0, 1000);
}
