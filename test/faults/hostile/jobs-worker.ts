import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { runCli } from '../../../src/cli/run.ts';
import type { JobResult } from './jobs.ts';

/** Runs command lines that may never come back, one after another; the parent sees what was begun and what ended. */

for await (const line of createInterface({ input: process.stdin })) {
  const { cwd, argv, stdin } = JSON.parse(line) as { cwd: string; argv: string[]; stdin: string };
  let [stdout, stderr] = ['', ''];
  const began = performance.now();
  const exit = await runCli(argv, {
    cwd,
    env: { PATH: process.env.PATH },
    stdin: Readable.from([Buffer.from(stdin)]),
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
  });
  const polluted = Object.keys(Object.prototype);
  const result: JobResult = { exit, stdout, stderr, ms: Math.round(performance.now() - began), polluted };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}
