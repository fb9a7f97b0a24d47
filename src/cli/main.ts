// The process: its streams, its signals, its exit status. Everything else is in run.ts.
import { runCli } from './run.ts';

const controller = new AbortController();
/** How long a command may take to end when nobody reads any more. */
const GRACE_MS = 1000;

let asked = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    asked += 1;
    controller.abort(name);
    // A command ends by itself when it sees the signal. Whoever asks twice does not want to wait for that.
    if (asked > 1) process.exit(name === 'SIGINT' ? 130 : 143);
  });
}

// Whoever reads may stop reading (`| head -1`): no error, and nobody is left to print it to.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  controller.abort('SIGPIPE');
  setTimeout(() => process.exit(0), GRACE_MS).unref();
});
process.stderr.on('error', () => {});

const exit = await runCli(process.argv.slice(2), {
  // Throws where the directory is gone, so it is asked for where errors are printed.
  get cwd() {
    return process.cwd();
  },
  env: process.env,
  get stdin() {
    return process.stdin;
  },
  stdout: process.stdout,
  stderr: process.stderr,
  signal: controller.signal,
});
process.exitCode = exit;
// What is still in a pipe is written before the end; an open stdin or a watcher must not hold it up.
process.stdout.write('', () => process.stderr.write('', () => process.exit(exit)));
