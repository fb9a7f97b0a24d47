import type { Sink } from './output.ts';

/** What the command line runs in. `main.ts` gives the process's own; tests give theirs. */
export interface CliWorld {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** The file that Node was started with. Default the process's. */
  program?: string;
  stdin: AsyncIterable<Uint8Array | string>;
  stdout: Sink;
  stderr: Sink;
  /** Aborted with 'SIGINT' or 'SIGTERM' as its reason. */
  signal?: AbortSignal;
  /** ms since the epoch. Default the system's clock. */
  now?: () => number;
}
