// Sends messages to gpt at random gaps of 0 to 100 ms, one after another, and prints the id of each that was acknowledged.
import { setTimeout as wait } from 'node:timers/promises';
import { openComms } from '../../../dist/index.js';

const [workspace, name, gaps] = process.argv.slice(2);
const comms = await openComms({ workspace });
for (const [at, gap] of JSON.parse(gaps).entries()) {
  const { message } = await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject: `${name}/${at}`, details: 'x' });
  console.log(message.id);
  if (gap > 0) await wait(gap);
}
await comms.close();
