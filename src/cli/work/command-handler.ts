import type { ChildProcess } from 'node:child_process';
import type { Handler, Work } from '../../core/handle-one.ts';
import { Postponement } from '../../core/postponement.ts';
import { Rejection } from '../../core/rejection.ts';
import { LONGEST_TIMER_MS } from '../../core/timers.ts';
import { formatDuration } from '../../message/duration.ts';
import { signalGroup, startShellCommand } from '../exec/shell-command.ts';
import { createLineSplitter } from './line-splitter.ts';
import { createTail } from './tail.ts';

export interface CommandHandlerOptions {
  /** A line for the shell. Nothing of a message is ever put into it. */
  command: string;
  agent: string;
  workspace: string;
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** A command that runs for longer is ended, and has failed. Default: for ever. */
  timeLimitMs?: number | undefined;
  /** How long a message waits that the command gave back. */
  laterMs: number;
  /** What the command says on stderr, line by line. */
  onStderr: (id: string, line: string) => void;
  warn: (message: string) => void;
}

/** EX_DATAERR and EX_TEMPFAIL of sysexits.h. */
const REJECTED = 65;
const LATER = 75;

const MOST_RESULT_BYTES = 4096;
const MOST_ERROR_BYTES = 1024;
/** Between SIGTERM and SIGKILL. */
export const KILL_AFTER_MS = 1_500;
/** What a command leaves behind in the background may keep its streams open for ever. */
const STREAMS_END_MS = 250;

/**
 * Runs a command for each message. Status 0 completes it, with what the command printed as its result; 65 rejects it, 75
 * gives it back for later, anything else fails the attempt.
 */
export function createCommandHandler(options: CommandHandlerOptions): Handler {
  const { command, agent, workspace, cwd, env, onStderr, warn } = options;
  return async (work) => {
    const { message } = work;
    const child = startShellCommand({
      command,
      message,
      variables: {
        COMMS_EVENT: 'claimed',
        COMMS_AGENT: agent,
        COMMS_WORKSPACE: workspace,
        COMMS_LEASE_TOKEN: message.delivery?.lease_token ?? '',
      },
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
      onStdinError: (error) => warn(`the message ${message.id} could not be handed over: ${error.message}`),
    });
    const [out, err] = [createTail(MOST_RESULT_BYTES), createTail(MOST_ERROR_BYTES)];
    const lines = createLineSplitter((line) => onStderr(message.id, line));
    child.stdout?.on('data', out.add);
    child.stderr?.on('data', (bytes: Buffer) => {
      err.add(bytes);
      lines.add(bytes);
    });
    const { status, signal, stopped } = await ended(child, work, options.timeLimitMs);
    lines.end();
    return verdict({ status, signal, stopped, result: out.text(), said: err.text() }, options);
  };
}

interface Ended {
  status: number | null;
  signal: NodeJS.Signals | null;
  /** Why it was ended by us, if it was. */
  stopped?: 'told' | 'time limit';
}

/** Waits until the command has ended, or ends it. @throws what kept it from being started */
function ended(child: ChildProcess, { signal }: Work, timeLimitMs: number | undefined): Promise<Ended> {
  return new Promise((resolve, reject) => {
    let stopped: Ended['stopped'];
    let killing: NodeJS.Timeout | undefined;
    const stop = (why: NonNullable<Ended['stopped']>) => {
      if (stopped) return;
      stopped = why;
      signalGroup(child.pid, 'SIGTERM');
      killing = setTimeout(() => signalGroup(child.pid, 'SIGKILL'), KILL_AFTER_MS);
    };
    const onAbort = () => stop('told');
    const limit = timeLimitMs === undefined ? undefined : setTimeout(() => stop('time limit'), Math.min(timeLimitMs, LONGEST_TIMER_MS));
    const forget = keepUntilExit(child);
    const settle = (how: () => void) => {
      clearTimeout(killing);
      clearTimeout(limit);
      signal.removeEventListener('abort', onAbort);
      forget();
      how();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    child.on('error', (error) => settle(() => reject(new Error(`The command could not be run: ${error.message}`, { cause: error }))));
    child.on('exit', (status, by) => {
      // Whatever of the group did not heed SIGTERM.
      if (stopped) signalGroup(child.pid, 'SIGKILL');
      const end = () => settle(() => resolve({ status, signal: by, ...(stopped && { stopped }) }));
      const timer = setTimeout(() => {
        child.stdout?.destroy();
        child.stderr?.destroy();
        end();
      }, STREAMS_END_MS);
      child.on('close', () => {
        clearTimeout(timer);
        end();
      });
    });
  });
}

/** What the message gets for how the command ended. */
function verdict(
  { status, signal, stopped, result, said }: Ended & { result: string; said: string },
  { timeLimitMs = 0, laterMs }: Pick<CommandHandlerOptions, 'timeLimitMs' | 'laterMs'>,
): string | undefined {
  const why = (how: string) => (said === '' ? how : `${how}: ${said}`);
  if (stopped === 'time limit') throw new Error(why(`ended after ${formatDuration(timeLimitMs)}, its time limit`));
  // It may say 0 for having ended in good order, which is not to have done the work.
  if (stopped === 'told') throw new Error('The command was stopped.');
  if (signal !== null) throw new Error(why(`ended by ${signal}`));
  if (status === 0) return result === '' ? undefined : result;
  if (status === REJECTED) throw new Rejection(why(`exit status ${REJECTED}`));
  if (status === LATER) throw new Postponement(why(`exit status ${LATER}`), { delayMs: laterMs });
  throw new Error(why(`exit status ${status}`));
}

const live = new Set<ChildProcess>();

/** A command is in a group of its own and would outlive a worker that ends at once; what is killed with -9 cannot help that. */
function keepUntilExit(child: ChildProcess): () => void {
  if (live.size === 0) process.on('exit', killAll);
  live.add(child);
  return () => {
    live.delete(child);
    if (live.size === 0) process.off('exit', killAll);
  };
}

function killAll(): void {
  for (const { pid } of live) signalGroup(pid, 'SIGKILL');
}
