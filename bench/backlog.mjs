import { median } from './samples.mjs';
import { oneProcess } from './throughput.mjs';
import { latencies } from './watch.mjs';
import { commands, ratioToEmpty } from './whole-process.mjs';
import { withWorkspace } from './workspaces.mjs';

/** The same with messages that wait in the inbox already. */
export async function measureBacklogs() {
  const rows = [];
  for (const backlog of [100, 1000, 5000]) {
    const goal = backlog === 5000 ? { goal: 2 } : {};
    rows.push(
      ...(await withWorkspace(backlog, async (root) => [
        { name: `comms send, ${backlog} in the inbox`, value: ratioToEmpty(root, commands().send), unit: 'ratio', ...goal },
        { name: `comms inbox, ${backlog} in the inbox`, value: ratioToEmpty(root, ['inbox', '--as', 'gpt']), unit: 'ratio', ...goal },
        { name: `library, one at a time, ${backlog} in the inbox`, value: await oneProcess(root, 100, 1), unit: 'messages/s' },
        { name: `library, 64 in flight, ${backlog} in the inbox`, value: await oneProcess(root, 1000, 64), unit: 'messages/s' },
        { name: `send → seen, ${backlog} in the inbox, median`, value: median(await latencies(root, 50)), unit: 'ms' },
      ])),
    );
  }
  return rows;
}
