import { openComms } from '../dist/index.js';
import { infoMessage, withWorkspace } from './workspaces.mjs';

const LAST = 10_000;
/** So many messages on either side of the one that is meant; those that archive and rotate are among them. */
const AROUND = 90;

/** An inbox that is worked on all the time: what the 10,000th message costs, sent, claimed and completed, against the 100th. */
export async function measureFlatness() {
  return withWorkspace(0, async (root) => {
    const comms = await openComms({ workspace: root });
    const times = [];
    for (let n = 0; n < LAST + AROUND; n++) {
      const start = performance.now();
      const { message } = await comms.send(infoMessage(n));
      await comms.claim({ agent: 'gpt', id: message.id });
      await comms.complete({ agent: 'gpt', id: message.id });
      times.push(performance.now() - start);
    }
    await comms.close();
    const around = (n) => mean(times.slice(n - AROUND, n + AROUND));
    return [
      { name: 'send, claim and complete, around the 100th message', value: around(100), unit: 'ms' },
      { name: 'send, claim and complete, around the 10,000th message', value: around(LAST), unit: 'ms' },
      { name: 'the 10,000th message against the 100th', value: around(LAST) / around(100), unit: 'ratio', goal: 1.2 },
    ];
  });
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
