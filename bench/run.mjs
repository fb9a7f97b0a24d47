// Measures what a user waits for, as ratios and medians of one run. `npm run bench`, or `npm run bench -- --json` for
// an array of {name, value, unit, goal, met}; `-- --only NAME` runs one part. Figures of different machines or runs
// do not compare; the ratios do, roughly.
import { cpus } from 'node:os';
import { measureBacklogs } from './backlog.mjs';
import { measureBroker } from './broker.mjs';
import { measureChecks } from './checks.mjs';
import { measureFlatness } from './flat.mjs';
import { measureOrchestration } from './orchestration.mjs';
import { MORE_IS_BETTER, printReport } from './report.mjs';
import { measureRoundTrips } from './round-trip.mjs';
import { measureStartUp } from './start-up.mjs';
import { measureThroughput } from './throughput.mjs';
import { measureVerbs } from './verbs.mjs';
import { measureWatch } from './watch.mjs';
import { measureWatchMemory } from './watch-memory.mjs';
import { measureWholeProcesses } from './whole-process.mjs';

const PARTS = {
  processes: measureWholeProcesses,
  'start-up': measureStartUp,
  verbs: measureVerbs,
  throughput: measureThroughput,
  watch: measureWatch,
  'round-trip': measureRoundTrips,
  backlog: measureBacklogs,
  flat: measureFlatness,
  memory: measureWatchMemory,
  broker: measureBroker,
  checks: measureChecks,
  orchestration: measureOrchestration,
};

const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
const rows = [];
for (const [name, measure] of Object.entries(PARTS)) {
  if (only !== undefined && only !== name) continue;
  process.stderr.write(`bench: ${name}…\n`);
  for (const row of await measure()) rows.push({ ...row, met: row.goal === undefined ? null : meets(row) });
}
if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
else printReport(rows, `Node ${process.version}, ${process.platform} ${process.arch}, ${cpus().length} × ${cpus()[0]?.model ?? 'cpu'}`);

/** More messages a second is better, and more times what another does; of everything else less is. */
function meets({ value, goal, unit }) {
  return MORE_IS_BETTER.includes(unit) ? value >= goal : value <= goal;
}
