import { openComms } from '../dist/index.js';
import { infoMessage, withWorkspace } from './workspaces.mjs';

const COUNT = 300;

/** What each step of a message's life costs through the library in one process, one at a time, in an inbox of so many. */
export async function measureVerbs() {
  const rows = [];
  for (const store of ['files', 'sqlite', 'memory']) {
    const times = await withWorkspace(0, timesOf, store);
    for (const [verb, perSecond] of Object.entries(times)) rows.push({ name: `${verb}, ${store}`, value: perSecond, unit: 'messages/s' });
  }
  return rows;
}

async function timesOf(root) {
  const comms = await openComms({ workspace: root });
  const ids = [];
  const times = {
    send: await perSecond(COUNT, async (n) => ids.push((await comms.send(infoMessage(n))).message.id)),
    'list the inbox': (await perSecond(20, () => comms.inbox({ agent: 'gpt' }))) * COUNT,
    claim: await perSecond(COUNT, () => comms.claim({ agent: 'gpt' })),
    complete: await perSecond(COUNT, (n) => comms.complete({ agent: 'gpt', id: ids[n] })),
  };
  await comms.close();
  return times;
}

async function perSecond(count, act) {
  const start = performance.now();
  for (let n = 0; n < count; n++) await act(n);
  return count / ((performance.now() - start) / 1000);
}
