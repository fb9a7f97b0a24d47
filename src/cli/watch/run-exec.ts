import { visible } from '../../message/text.ts';
import { signalGroup, startShellCommand } from '../exec/shell-command.ts';
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
    const child = startShellCommand({
      command,
      message: event.message,
      variables: { COMMS_EVENT: event.event, COMMS_AGENT: event.agent, COMMS_WORKSPACE: workspace },
      cwd,
      env,
      stdio: ['pipe', stdoutIsTaken ? 2 : 'inherit', 'inherit'],
      onStdinError: (error) => warn(`--exec for ${about}: ${error.message}`),
    });
    const stop = () => signalGroup(child.pid, signal.reason === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
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
  });
}
