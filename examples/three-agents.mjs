// Three agents, each a process of its own: one asks, the context manager answers, an observer sees everything.
// node examples/three-agents.mjs [files|sqlite]
import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { openComms } from 'agent-comms-cli';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const [role = 'files'] = process.argv.slice(2);
if (role === 'observer') await observe();
else await run(role);

/** Sets up a workspace, starts the two others, asks and prints what comes back. */
async function run(store) {
  const directory = await mkdtemp(join(tmpdir(), 'three-agents-'));
  const comms = fileURLToPath(new URL('bin/comms.js', import.meta.resolve('agent-comms-cli/package.json')));
  const init = spawnSync(process.execPath, [comms, 'init', '--agents', 'requester,context-manager,observer', '--store', store], {
    cwd: directory,
    encoding: 'utf8',
  });
  if (init.status !== 0) throw new Error(init.stderr);

  const manager = await start('context-manager.mjs', ['context-manager'], directory);
  const observer = await start('three-agents.mjs', ['observer'], directory);
  try {
    await request(directory);
    await observer.ended;
  } finally {
    for (const { kill, ended } of [manager, observer]) {
      kill();
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  }
}

async function request(directory) {
  const comms = await openComms({ cwd: directory });
  const { message, response } = await comms.ask({
    from: 'requester',
    to: ['context-manager'],
    type: 'context.query',
    subject: 'Before I touch the UI',
    details: 'What must I know of the UI?',
    timeoutMs: 30_000,
  });
  console.log(`requester: asked ${message.id}, answered by ${response.id} (${response.type})`);
  console.log(`requester: ${response.content.details}`);
  const artifact = await readFile(join(directory, String(response.content.context.artifact_path)), 'utf8');
  console.log(`requester: the file begins with "${artifact.split('\n')[0]}"`);

  // A query that the context manager rejects comes back at once, not after the time is over.
  const refused = await comms
    .ask({
      from: 'requester',
      to: ['context-manager'],
      type: 'context.query',
      subject: 'Weather',
      details: 'Will it rain?',
      timeoutMs: 30_000,
    })
    .catch((error) => error);
  console.log(`requester: ${refused.code}: ${refused.message}`);
  await comms.close();
}

/** Prints what happens in every inbox, until the message that came back has been read. */
async function observe() {
  const comms = await openComms();
  const stop = new AbortController();
  await comms.watch({
    signal: stop.signal,
    onEvent(event) {
      if (event.event === 'ready') console.log('observer: ready');
      else if (event.event === 'error') console.log(`observer: ${event.error}`);
      else {
        const { id, type, status, metadata } = event.message;
        console.log(`observer: ${id} (${type}) in ${event.inbox}: ${event.section === 'dead' ? 'dead' : status}`);
        if (metadata?.bounce && status === 'COMPLETED') stop.abort();
      }
    },
  });
  await comms.close();
}

/** Starts another agent and waits until it says that it is ready. */
async function start(script, args, cwd) {
  const child = spawn(process.execPath, [join(HERE, script), ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('close', resolve));
  await new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.endsWith(': ready')) resolve(undefined);
      else console.log(line);
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${script} ended with ${code}`)));
  });
  return { ended, kill: () => child.kill('SIGTERM') };
}
