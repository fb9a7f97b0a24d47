import { trafficFiles } from '../src/comms-traffic.ts';
import type { TrafficEntry } from '../src/orchestrator/traffic/entry.ts';

/** Appends `count` entries, told apart by `task`, when it is told to; then says what went wrong. */
const [root = '', name = '', count = '0', rotateAbove = '0'] = process.argv.slice(2);
const port = trafficFiles({ root, rotateAbove: Number(rotateAbove) });

process.once('message', async () => {
  const troubles: (string | undefined)[] = [];
  for (let n = 0; n < Number(count); n++) troubles.push(await port.append(entry(`${name}-${n}`)));
  process.send?.(troubles.filter((trouble) => trouble !== undefined));
  process.disconnect();
});
process.send?.('ready');

function entry(task: string): TrafficEntry {
  return {
    at: new Date().toISOString(),
    event: 'sent',
    sender: 'claude',
    recipients: ['gpt'],
    type: 'INFO',
    priority: 'medium',
    mode: 'direct',
    id: 'msg-001',
    task,
  };
}
