import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openComms } from '../dist/index.js';
import { median, quantile } from './samples.mjs';
import { COMMS } from './workspaces.mjs';

const ROUNDS = 200;
/** Before the first measured one: modules are loaded, the watcher runs. */
const WARM_UP = 20;

/**
 * From the call of `ask` to its return, with a handler in another Comms of the same process: send, wait, claim, answer
 * and complete in one step, complete the answer. Four writes, each of them durable.
 */
export async function measureRoundTrips() {
  const rows = [];
  for (const store of ['files', 'sqlite']) {
    const samples = await roundTrips(store);
    rows.push({ name: `ask → answered in one process, ${store}, median`, value: median(samples), unit: 'ms', goal: 10 });
    rows.push({ name: `ask → answered in one process, ${store}, 90th percentile`, value: quantile(samples, 0.9), unit: 'ms' });
  }
  return rows;
}

async function roundTrips(store) {
  const dir = mkdtempSync(path.join(tmpdir(), 'comms-bench-'));
  try {
    execFileSync(process.execPath, [COMMS, 'init', '--agents', 'claude,gpt', '--store', store, '--quiet'], { cwd: dir, stdio: 'ignore' });
    const [asker, answerer] = [await openComms({ cwd: dir }), await openComms({ cwd: dir })];
    const handling = await answerer.onMessage({ agent: 'gpt', types: 'QUERY' }, ({ message }) => ({ details: message.subject }));
    const samples = [];
    for (let n = 0; n < WARM_UP + ROUNDS; n++) {
      const question = { from: 'claude', to: ['gpt'], type: 'QUERY', subject: `Number ${n}`, details: 'What number is this?' };
      const start = performance.now();
      const { response } = await asker.ask({ ...question, timeoutMs: 10_000 });
      if (n >= WARM_UP) samples.push(performance.now() - start);
      if (response.content.details !== question.subject)
        throw new Error(`The answer to ${question.subject} is ${response.content.details}.`);
    }
    await handling.stop();
    for (const comms of [asker, answerer]) await comms.close();
    return samples;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
