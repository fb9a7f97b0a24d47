import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openComms } from '../dist/index.js';
import { COMMS, infoMessage, withWorkspace } from './workspaces.mjs';

const BATCH = 500;
const MARKS = [1_000, 100_000];

/** What a `comms watch` of one agent holds in memory after so many messages that came and were handled; Linux only. */
export async function measureWatchMemory() {
  if (process.platform !== 'linux') return [];
  return withWorkspace(0, async (root) => {
    const watcher = spawn(process.execPath, [COMMS, 'watch', '--as', 'gpt', '--json', '--workspace', root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const told = new Map();
    let [arrived, wake] = [0, () => {}];
    createInterface({ input: watcher.stdout }).on('line', (line) => {
      const { event } = JSON.parse(line);
      told.set(event, (told.get(event) ?? 0) + 1);
      arrived = told.get('message') ?? 0;
      wake();
    });
    const until = async (isSo) => {
      while (!isSo()) await new Promise((resolve) => (wake = resolve));
    };
    await until(() => told.has('ready'));
    const comms = await openComms({ workspace: root });
    const rows = [];
    for (let sent = 0; sent < MARKS.at(-1); ) {
      const batch = await Promise.all(Array.from({ length: BATCH }, () => comms.send(infoMessage(++sent))));
      await until(() => arrived === sent);
      await Promise.all(batch.map(({ message }) => comms.complete({ agent: 'gpt', id: message.id })));
      await comms.cleanup({ archiveOlderThanMs: 0, purgeArchiveOlderThanMs: 0 });
      if (MARKS.includes(sent))
        rows.push({ name: `memory of comms watch after ${sent} messages`, value: megabytesOf(watcher.pid), unit: 'MB' });
    }
    await comms.close();
    watcher.kill();
    return [...rows, { name: 'memory of comms watch, the last against the first', value: rows[1].value / rows[0].value, unit: 'ratio' }];
  });
}

function megabytesOf(pid) {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}
