// The library's watch of gpt's inbox, in the words of `comms watch --json`. What follows the workspace is a command line that is
// run to its end, by a process of its own, while the watcher says that it is ready.
import { execFileSync } from 'node:child_process';
import { openComms } from '../../../dist/index.js';

const [workspace, program, ...argv] = process.argv.slice(2);
const comms = await openComms({ workspace });
await comms.watch({
  agent: 'gpt',
  signal: new AbortController().signal,
  onEvent({ inbox = 'gpt', previousStatus, ...event }) {
    if (event.event === 'ready' && program !== undefined) execFileSync(program, argv);
    process.stdout.write(`${JSON.stringify({ ...event, agent: inbox, previous_status: previousStatus })}\n`);
  },
});
