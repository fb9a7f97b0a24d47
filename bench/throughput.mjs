import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { openComms } from '../dist/index.js';
import { nextOf } from './children.mjs';
import { infoMessage, withWorkspace } from './workspaces.mjs';

/** Durable messages a second through the library: from one process, and from several that start together. */
export async function measureThroughput() {
  const rows = [
    {
      name: 'library, files, 1 process, 64 in flight',
      value: await withWorkspace(0, (root) => oneProcess(root, 3000, 64)),
      unit: 'messages/s',
      goal: 1000,
    },
  ];
  for (const store of ['files', 'sqlite']) {
    for (const agents of [1, 8, 20]) {
      const name = `library, ${store}, ${agents === 1 ? '1 process' : `${agents} processes`}, one at a time each`;
      const value = await withWorkspace(0, (root) => processes(root, agents, Math.ceil(1000 / agents)), store);
      rows.push({ name, value, unit: 'messages/s', ...(store === 'files' && agents === 20 && { goal: 400 }) });
    }
  }
  return rows;
}

/** Sends `count` messages with `inFlight` of them under way at any time; messages a second. */
export async function oneProcess(root, count, inFlight) {
  const comms = await openComms({ workspace: root });
  await comms.send(infoMessage(0));
  let sent = 0;
  const start = performance.now();
  const lane = async () => {
    while (sent < count) await comms.send(infoMessage(++sent));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - start) / 1000;
  await comms.close();
  return count / seconds;
}

/** `agents` processes that start together and send `each` messages one after another; messages a second over the slowest. */
async function processes(root, agents, each) {
  const sender = fileURLToPath(new URL('./sender.mjs', import.meta.url));
  const children = Array.from({ length: agents }, (_, n) => fork(sender, [root, String(each), n % 2 ? 'gpt' : 'claude']));
  const next = (child) => nextOf(child, 'A sender');
  await Promise.all(children.map(next));
  const done = children.map(next);
  for (const child of children) child.send('go');
  return (agents * each) / Math.max(...(await Promise.all(done)).map(({ seconds }) => seconds));
}
