import { Readable } from 'node:stream';
import { runCli } from '../../src/cli/run.ts';

export interface RunOptions {
  cwd: string;
  env?: NodeJS.ProcessEnv;
  stdin?: string | Uint8Array;
  tty?: boolean;
  /** How wide the terminal is. */
  columns?: number;
  signal?: AbortSignal;
}

/** Runs one command line in this process. */
export async function comms(argv: string[], { cwd, env = {}, stdin = '', tty = false, columns, signal }: RunOptions) {
  let stdout = '';
  let stderr = '';
  const exit = await runCli(argv, {
    cwd,
    env,
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: { write: (text) => (stdout += text), isTTY: tty, columns },
    stderr: { write: (text) => (stderr += text), isTTY: tty },
    ...(signal && { signal }),
  });
  return { exit, stdout, stderr };
}
