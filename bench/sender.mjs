import { openComms } from '../dist/index.js';
import { infoMessage, SINK } from './workspaces.mjs';

/** As of an agent that has been there for a while: what a first send loads and compiles is the start of a process, measured elsewhere. */
const WARM_UP = 30;

const [root, count, to] = process.argv.slice(2);
const comms = await openComms({ workspace: root });
for (let n = 0; n < WARM_UP; n++) await comms.send(infoMessage(n, SINK));
process.once('message', async () => {
  const start = performance.now();
  for (let n = 0; n < Number(count); n++) await comms.send(infoMessage(n, to));
  const seconds = (performance.now() - start) / 1000;
  await comms.close();
  process.send({ seconds }, () => process.disconnect());
});
process.send('ready');
