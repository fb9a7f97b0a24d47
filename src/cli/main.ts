// The process: its streams, its signals, its exit status. Everything else is in run.ts.
import { fdSink } from './fd-sink.ts';
import { runCli } from './run.ts';

/** How long a command may take to end when nobody reads any more. */
const GRACE_MS = 1000;

const controller = new AbortController();
let asked = 0;
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    asked += 1;
    controller.abort(name);
    // A command ends by itself when it sees the signal. Whoever asks twice does not want to wait for that.
    if (asked > 1) process.exit(name === 'SIGINT' ? 130 : 143);
  });
}

// Whoever reads may stop reading (`| head -1`): no error, but also no reason to go on for long.
function readerLeft(): void {
  controller.abort('SIGPIPE');
  setTimeout(() => process.exit(0), GRACE_MS).unref();
}

// On Windows a console takes text, not bytes.
const windows = process.platform === 'win32';
if (windows) process.stdout.on('error', readerLeft);

async function main(): Promise<void> {
  const exit = await runCli(process.argv.slice(2), {
    // Throws where the directory is gone, so it is asked for where errors are printed.
    get cwd() {
      return process.cwd();
    },
    env: process.env,
    get stdin() {
      return process.stdin;
    },
    stdout: windows ? process.stdout : fdSink(1, readerLeft),
    stderr: windows ? process.stderr : fdSink(2, () => {}),
    signal: controller.signal,
  });
  process.exitCode = exit;
  // An open stdin or a watcher must not hold up the end; what is still on its way to a pipe must.
  if (windows) process.stdout.write('', () => process.exit(exit));
  else process.exit(exit);
}

void main();
