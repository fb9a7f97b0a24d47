import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { bundleWorker } from '../../bundle-worker.ts';

export interface JobResult {
  exit: number;
  stdout: string;
  stderr: string;
  ms: number;
  /** Enumerable members that Object.prototype has got. */
  polluted: string[];
}

/** A command that takes so long hangs: the slowest of them is ended by its own bounds after some seconds. */
const HANGS_MS = 60_000;

export interface Jobs {
  /** Runs a command line; undefined where it did not come back, and the process was killed. */
  run(cwd: string, argv: string[], stdin?: string): Promise<JobResult | undefined>;
  end(): void;
}

/** A process that runs command lines, so that one that hangs, or takes all memory, takes no test with it. */
export async function startJobs(directory: string): Promise<Jobs> {
  const file = `${directory}/jobs.mjs`;
  await bundleWorker(fileURLToPath(new URL('jobs-worker.ts', import.meta.url)), file);
  let worker: Worker | undefined;
  return {
    async run(cwd, argv, stdin = '') {
      worker ??= start(file);
      const result = await worker.ask(JSON.stringify({ cwd, argv, stdin }));
      if (result === undefined) worker = undefined;
      return result;
    },
    end: () => worker?.child.kill('SIGKILL'),
  };
}

interface Worker {
  child: ChildProcess;
  ask(line: string): Promise<JobResult | undefined>;
}

function start(file: string): Worker {
  const child = spawn(process.execPath, ['--max-old-space-size=1024', file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout });
  return {
    child,
    ask: (line) =>
      new Promise((resolve) => {
        const settle = (result: JobResult | undefined) => {
          clearTimeout(timer);
          lines.off('line', onLine);
          child.off('exit', onExit);
          resolve(result);
        };
        const onLine = (answer: string) => settle(JSON.parse(answer) as JobResult);
        const onExit = () => settle(undefined);
        const timer = setTimeout(() => {
          child.kill('SIGKILL');
          settle(undefined);
        }, HANGS_MS);
        lines.on('line', onLine);
        child.on('exit', onExit);
        child.stdin.write(`${line}\n`);
      }),
  };
}
