import { openComms } from '../dist/index.js';
import { infoMessage } from './workspaces.mjs';

const [root, count, to] = process.argv.slice(2);
const comms = await openComms({ workspace: root });
process.once('message', async () => {
  for (let n = 0; n < Number(count); n++) await comms.send(infoMessage(n, to));
  await comms.close();
  process.disconnect();
});
process.send('ready');
