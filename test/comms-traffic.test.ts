import { fork } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, test } from 'vitest';
import { openComms } from '../src/comms.ts';
import { trafficFiles } from '../src/comms-traffic.ts';
import type { TrafficPort } from '../src/core/context.ts';
import type { TrafficEntry } from '../src/orchestrator/traffic/entry.ts';
import { applyInit, planInit } from '../src/workspace/scaffold.ts';
import { bundleWorker } from './bundle-worker.ts';
import { temporaryDirectory } from './workspace/temporary.ts';

let root: string;
let port: TrafficPort;
beforeEach(() => {
  root = temporaryDirectory();
  port = trafficFiles({ root });
});
const state = (name = '') => join(root, '.state', name);
const entry = (n: number, change: Partial<TrafficEntry> = {}): TrafficEntry => ({
  at: new Date(1_768_651_200_000 + n).toISOString(),
  event: 'sent',
  sender: 'claude',
  recipients: ['gpt'],
  type: 'INFO',
  priority: 'medium',
  mode: 'direct',
  task: `t${n}`,
  ...change,
});
const tasks = async () => (await port.read()).map(({ task }) => task);

describe('the log', () => {
  it('is empty where there is none, and makes nothing by being read', async () => {
    expect(await port.read()).toEqual([]);
    expect(existsSync(state())).toBe(false);
  });

  it('holds a line an entry, oldest first', async () => {
    for (const n of [1, 2]) expect(await port.append(entry(n))).toBeUndefined();
    expect(await port.read()).toEqual([entry(1), entry(2)]);
    expect(
      readFileSync(state('traffic.ndjson'), 'utf8')
        .split('\n')
        .map((line) => line.slice(0, 6)),
    ).toEqual(['{"at":', '{"at":', '']);
  });

  it('is at hand in a workspace that was opened', async () => {
    applyInit(planInit({ root: join(root, 'agent-comms'), project: root, at: '2026-01-17T12:00:00.000Z', agents: ['claude', 'gpt'] }));
    const comms = await openComms({ workspace: join(root, 'agent-comms') });
    expect(await comms.context.traffic?.append(entry(1))).toBeUndefined();
    expect(await comms.context.traffic?.read()).toEqual([entry(1)]);
    await comms.close();
  });

  it.each([
    ['a torn line', '{"at":"2026-01-17T12:00:00.000Z","event":"se'],
    ['a torn character', Buffer.from([0x7b, 0xe2, 0x82])],
    ['what is no entry', '{"a":1}\n[]\nnull\n\nhello\n'],
  ])('%s spoils no other', async (_, torn) => {
    await port.append(entry(1));
    appendFileSync(state('traffic.ndjson'), torn);
    await port.append(entry(2));
    expect(await tasks()).toEqual(['t1', 't2']);
    expect(readFileSync(state('traffic.ndjson'), 'utf8')).toMatch(/\n\{"at":[^\n]*"t2"\}\n$/);
  });

  it('goes on in the file of its name, where another process has put aside or taken away the one that is open', async () => {
    await port.append(entry(1));
    renameSync(state('traffic.ndjson'), state('traffic-1.ndjson'));
    await port.append(entry(2));
    expect(await tasks()).toEqual(['t1', 't2']);
    expect(readFileSync(state('traffic.ndjson'), 'utf8')).not.toContain('"t1"');
    rmSync(state(), { recursive: true });
    await port.append(entry(3));
    expect(await tasks()).toEqual(['t3']);
  });

  it('has every line of what is logged at once', async () => {
    const all = Array.from({ length: 20 }, (_, n) => n);
    expect(await Promise.all(all.map((n) => port.append(entry(n))))).toEqual(all.map(() => undefined));
    expect(await tasks()).toEqual(all.map((n) => `t${n}`));
  });

  it('says what went wrong, and does not throw', async () => {
    mkdirSync(state('traffic.ndjson'), { recursive: true });
    expect(await port.append(entry(1))).toMatch(/^The message was not logged: .*EISDIR/);
    expect(await port.read()).toEqual([]);
  });
});

describe('is put aside', () => {
  it('past 1 MiB, and five are kept', async () => {
    mkdirSync(state());
    for (let file = 0; file < 8; file++) {
      await port.append(entry(file));
      appendFileSync(state('traffic.ndjson'), `${' '.repeat(1_048_576)}\n`);
    }
    expect(readdirSync(state()).sort()).toEqual([1, 2, 3, 4, 5].map((n) => `traffic-${n}.ndjson`).concat('traffic.ndjson'));
    expect(await tasks()).toEqual(['t2', 't3', 't4', 't5', 't6', 't7']);
  });

  it('not below', async () => {
    await port.append(entry(1));
    appendFileSync(state('traffic.ndjson'), `${' '.repeat(1_048_000)}\n`);
    await port.append(entry(2));
    expect(readdirSync(state())).toEqual(['traffic.ndjson']);
  });

  it('into a gap that somebody left who died, and the oldest is kept then', async () => {
    port = trafficFiles({ root, rotateAbove: 1 });
    for (let n = 1; n <= 6; n++) await port.append(entry(n));
    expect(readFileSync(state('traffic-2.ndjson'), 'utf8')).toContain('"t4"');
    rmSync(state('traffic-2.ndjson'));
    await port.append(entry(7));
    expect(await tasks()).toEqual(['t1', 't2', 't3', 't5', 't6', 't7']);
  });

  it('by one at a time, and the others write on', async () => {
    port = trafficFiles({ root, rotateAbove: 1 });
    await port.append(entry(1));
    writeFileSync(state('traffic.lock'), '');
    await port.append(entry(2));
    expect(readdirSync(state()).sort()).toEqual(['traffic.lock', 'traffic.ndjson']);
    const old = Date.now() / 1000 - 60;
    utimesSync(state('traffic.lock'), old, old);
    for (const n of [3, 4]) await port.append(entry(n));
    expect(readdirSync(state()).sort()).toEqual(['traffic-1.ndjson', 'traffic.ndjson']);
    expect(await tasks()).toEqual(['t1', 't2', 't3', 't4']);
  });
});

describe.skipIf(process.platform === 'win32')('nothing is written or read through a link', () => {
  it('in the place of the file', async () => {
    const outside = join(temporaryDirectory(), 'x');
    writeFileSync(outside, `${JSON.stringify(entry(1))}\n`);
    mkdirSync(state());
    symlinkSync(outside, state('traffic.ndjson'));
    expect(await port.append(entry(2))).toContain('ELOOP');
    expect(await port.read()).toEqual([]);
    expect(readFileSync(outside, 'utf8')).not.toContain('t2');
  });

  it('in the place of the directory', async () => {
    const outside = temporaryDirectory();
    writeFileSync(join(outside, 'traffic.ndjson'), `${JSON.stringify(entry(1))}\n`);
    symlinkSync(outside, state().replace(/\/$/, ''));
    expect(await port.append(entry(2))).toContain('is no directory');
    expect(await port.read()).toEqual([]);
  });
});

test('eight processes write through several rotations: nothing is lost, torn, or read twice', async () => {
  const [PROCESSES, EACH, ROTATE_ABOVE] = [8, 150, 45_000];
  const worker = join(root, 'worker.mjs');
  await bundleWorker(join(import.meta.dirname, 'comms-traffic-worker.ts'), worker);
  const children = Array.from({ length: PROCESSES }, (_, n) =>
    fork(worker, [root, `p${n}`, String(EACH), String(ROTATE_ABOVE)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }),
  );
  await Promise.all(children.map((child) => once(child, 'message')));
  const troubles = Promise.all(children.map(async (child) => (await once(child, 'message'))[0]));
  for (const child of children) child.send('go');

  let ended = false;
  void troubles.then(() => {
    ended = true;
  });
  let before: string[] = [];
  while (!ended) {
    const now = (await tasks()).map(String);
    expect(new Set(now).size).toBe(now.length);
    const known = new Set(now);
    expect(before.filter((task) => !known.has(task))).toEqual([]);
    before = now;
    await new Promise((resolve) => setImmediate(resolve));
  }

  expect(await troubles).toEqual(Array(PROCESSES).fill([]));
  const expected = Array.from({ length: PROCESSES }, (_, p) => Array.from({ length: EACH }, (_, n) => `p${p}-${n}`)).flat();
  expect((await tasks()).sort()).toEqual(expected.sort());
  const files = readdirSync(state()).filter((name) => name.endsWith('.ndjson'));
  expect(files.length).toBeGreaterThan(3);
  const lines = files.flatMap((name) => readFileSync(state(name), 'utf8').split('\n').slice(0, -1));
  // Who looked while another was writing took its line for torn, and left an empty one.
  const whole = lines.filter((line) => line !== '').map((line) => JSON.parse(line));
  expect(whole.map(({ task }) => task).sort()).toEqual(expected);
}, 60_000);
