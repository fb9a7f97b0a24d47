import { median } from './samples.mjs';
import { oneProcess } from './throughput.mjs';
import { latencies } from './watch.mjs';
import { commands, ratioToEmpty } from './whole-process.mjs';
import { withWorkspace } from './workspaces.mjs';

const BACKLOGS = [100, 1000, 5000, 20_000];

/** The same with messages that wait in the inbox already. */
export async function measureBacklogs() {
  const rows = [];
  const sends = new Map();
  for (const backlog of BACKLOGS) {
    const goal = backlog === 5000 ? { goal: 2 } : {};
    // Each in a workspace of its own: what one measure sends would be the backlog of the next.
    const measures = [
      { name: `comms send, ${backlog} in the inbox`, unit: 'ratio', ...goal, measure: (root) => ratioToEmpty(root, commands().send) },
      {
        name: `comms inbox, ${backlog} in the inbox`,
        unit: 'ratio',
        ...goal,
        measure: (root) => ratioToEmpty(root, ['inbox', '--as', 'gpt']),
      },
      { name: `library, one at a time, ${backlog} in the inbox`, unit: 'messages/s', measure: (root) => oneProcess(root, 50, 1) },
      { name: `library, 64 in flight, ${backlog} in the inbox`, unit: 'messages/s', measure: (root) => oneProcess(root, 640, 64) },
      { name: `send → seen, ${backlog} in the inbox, median`, unit: 'ms', measure: async (root) => median(await latencies(root, 50)) },
    ];
    for (const { measure, ...row } of measures) {
      rows.push({ ...row, value: await withWorkspace(backlog, measure) });
      if (row.name.startsWith('library, one at a time')) sends.set(backlog, rows.at(-1).value);
    }
  }
  // Linear is four times; less is better, since a part of a send costs the same in any inbox.
  rows.push({
    name: 'a send with 20,000 in the inbox against one with 5,000',
    value: sends.get(5000) / sends.get(20_000),
    unit: 'ratio',
    goal: 4,
  });
  return rows;
}
