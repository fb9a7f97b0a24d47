import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { openComms } from '../dist/index.js';
import { median, quantile } from './samples.mjs';
import { COMMS, infoMessage, withWorkspace } from './workspaces.mjs';

/** From the call of send, through the library, to the line that `comms watch --json` prints in another process. */
export async function measureWatch() {
  const samples = await withWorkspace(0, (root) => latencies(root, 200));
  return [
    { name: 'send → seen by comms watch, median', value: median(samples), unit: 'ms', goal: 10 },
    { name: 'send → seen by comms watch, 99th percentile', value: quantile(samples, 0.99), unit: 'ms', goal: 100 },
  ];
}

/** Latencies in ms of `count` messages, sent one after another with a random pause between them. */
export async function latencies(root, count) {
  const watcher = spawn(process.execPath, [COMMS, 'watch', '--as', 'gpt', '--json', '--workspace', root], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const waiting = new Map();
  let ready = () => {};
  const isReady = new Promise((resolve) => {
    ready = resolve;
  });
  createInterface({ input: watcher.stdout }).on('line', (line) => {
    const { event, message } = JSON.parse(line);
    if (event === 'ready') ready();
    if (event === 'message') waiting.get(message.subject)?.(performance.now());
  });
  await isReady;
  const comms = await openComms({ workspace: root });
  const samples = [];
  for (let n = 0; n < count; n++) {
    const subject = `watched ${n}`;
    const seen = new Promise((resolve) => waiting.set(subject, resolve));
    const start = performance.now();
    await comms.send({ ...infoMessage(n), subject });
    samples.push((await seen) - start);
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
  }
  await comms.close();
  watcher.kill();
  return samples;
}
