import { execFile, fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openComms } from '../dist/index.js';
import { nextOf } from './children.mjs';
import { median } from './samples.mjs';
import { SINK } from './workspaces.mjs';

/** The broker of the implementation guide, in Python, where it lies beside the project. */
const REFERENCE = fileURLToPath(new URL('../../shared/reference/broker_load.py', import.meta.url));
const AGENT = fileURLToPath(new URL('./broker-agent.mjs', import.meta.url));

const ROUNDS = 3;
/** Each commit waits for the disk: fewer messages are enough. */
const SHARE_AT_FULL = 0.2;
const LOADS = [
  { name: '1 process, one at a time', agents: 1, each: 10_000, inFlight: 1, goal: 1.0 },
  { name: '1 process, 64 in flight', agents: 1, each: 10_000, inFlight: 64, goal: 2.0 },
  { name: '20 processes, one at a time each', agents: 20, each: 500, inFlight: 1, goal: 1.5 },
  // What others claim and complete meanwhile is in the figure above, as in the reference's.
  { name: '20 processes that only send', agents: 20, each: 500, inFlight: 1, onlySend: true },
];

/**
 * Sends a second into the SQLite store, as multiples of what the reference broker does with as many processes and the same
 * messages, in turn with it. At `synchronous=NORMAL`, which is the reference's,
 * and at FULL, which is the default here.
 */
export async function measureBroker() {
  if (!existsSync(REFERENCE)) {
    process.stderr.write('bench: the reference broker is not there; figures of the SQLite store stand alone\n');
  }
  const rows = [];
  for (const { name, agents, each, inFlight, onlySend = false, goal } of LOADS) {
    const samples = { reference: [], NORMAL: [], FULL: [] };
    for (let round = 0; round < ROUNDS; round++) {
      if (existsSync(REFERENCE)) samples.reference.push((await reference(agents, each)).send_per_s);
      for (const synchronous of ['NORMAL', 'FULL']) {
        const share = synchronous === 'FULL' ? SHARE_AT_FULL : 1;
        samples[synchronous].push(await ours({ synchronous, agents, each: each * share, inFlight, onlySend }));
      }
    }
    if (samples.reference.length > 0) {
      rows.push({
        name: `reference broker, ${agents === 1 ? '1 process' : '20 processes'}`,
        value: median(samples.reference),
        unit: 'messages/s',
      });
    }
    for (const synchronous of ['NORMAL', 'FULL']) {
      rows.push({ name: `sqlite ${synchronous}, ${name}`, value: median(samples[synchronous]), unit: 'messages/s' });
      if (samples.reference.length === 0) continue;
      const ratios = samples[synchronous].map((value, round) => value / samples.reference[round]);
      rows.push({
        name: `sqlite ${synchronous} against the reference, ${name}`,
        value: median(ratios),
        unit: 'times',
        ...(synchronous === 'NORMAL' && goal !== undefined && { goal }),
      });
    }
  }
  return rows;
}

async function reference(agents, each) {
  const { stdout } = await promisify(execFile)('python3', [REFERENCE, String(agents), String(each)]);
  return JSON.parse(stdout);
}

/** As the reference does: each agent sends its messages to random agents, then takes and completes its own, or does not; sends over the slowest. */
async function ours({ synchronous, agents, each, inFlight, onlySend }) {
  const { root, remove } = workspace({ synchronous, agents: [...Array.from({ length: agents }, (_, n) => `a${n}`), SINK] });
  try {
    const children = Array.from({ length: agents }, (_, n) =>
      fork(AGENT, [root, String(n), String(agents), String(each), String(inFlight), ...(onlySend ? ['only-send'] : [])]),
    );
    const next = (child) => nextOf(child, 'An agent');
    await Promise.all(children.map(next));
    const results = children.map(next);
    for (const child of children) child.send('go');
    const done = await Promise.all(results);
    const completed = done.reduce((sum, result) => sum + result.completed, 0);
    const left = await waiting(root);
    if (completed + left !== agents * each) throw new Error(`${completed} completed and ${left} waiting of ${agents * each} messages.`);
    return (agents * each) / Math.max(...done.map(({ seconds }) => seconds));
  } finally {
    remove();
  }
}

/** What an agent did not come to, because it found nothing for half a second. */
async function waiting(root) {
  const comms = await openComms({ workspace: root });
  const copies = await comms.store.list({ filter: ({ recipient, status }) => recipient !== SINK && status === 'PENDING' });
  await comms.close();
  return copies.length;
}

function workspace({ synchronous, agents }) {
  const root = mkdtempSync(path.join(tmpdir(), 'comms-bench-'));
  const config = { version: '1.0', store: 'sqlite', sqlite: { synchronous }, agents: Object.fromEntries(agents.map((name) => [name, {}])) };
  writeFileSync(path.join(root, 'config.json'), JSON.stringify(config));
  return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}
