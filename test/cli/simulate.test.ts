// The simulation runs processes of the built program. Built by `npm test` before.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { runCli } from '../../src/cli/run.ts';
import { findingsOf } from '../../src/cli/simulate/findings.ts';
import { agentNames, messagesOf } from '../../src/cli/simulate/plan.ts';
import { keep, noRecords, type Records, type Told } from '../../src/cli/simulate/records.ts';
import { type Report, reportOf, reportText } from '../../src/cli/simulate/report.ts';
import { PLAIN } from '../../src/cli/style.ts';
import { type Comms, openComms } from '../../src/comms.ts';
import { uidOf } from '../../src/message/uid.ts';
import { temporaryDirectory } from '../workspace/temporary.ts';
import { filesWorkspace } from './watch-harness.ts';

const BIN = fileURLToPath(new URL('../../bin/comms.js', import.meta.url));

afterEach(() => {
  vi.unstubAllEnvs();
});

async function simulate(argv: string[], { tty = false, signal }: { tty?: boolean; signal?: AbortSignal } = {}) {
  const cwd = temporaryDirectory();
  const tmp = join(cwd, 'tmp');
  mkdirSync(tmp);
  vi.stubEnv('TMPDIR', tmp);
  let [out, err] = ['', ''];
  const exit = await runCli(['simulate', ...argv], {
    cwd,
    // A workspace of somebody, that must stay as it is; there is none.
    env: { PATH: process.env.PATH, COMMS_WORKSPACE: join(cwd, 'nowhere'), COMMS_AGENT: 'claude' },
    program: BIN,
    stdin: (async function* () {})(),
    stdout: { write: (text) => (out += text) },
    stderr: { write: (text) => (err += text), isTTY: tty },
    ...(signal && { signal }),
  });
  return { cwd, tmp, exit, out, err };
}

describe.each(['files', 'sqlite'])('4 processes on %s', (store) => {
  test('lose nothing, double nothing, and leave nothing behind', async () => {
    const { exit, out, err, cwd, tmp } = await simulate(['--agents', '4', '--messages', '5', '--store', store, '--json']);
    expect({ exit, err }, out).toEqual({ exit: 0, err: '' });
    const { data } = JSON.parse(out) as { data: Report };
    expect(data).toMatchObject({
      agents: 4,
      messages: 5,
      store,
      sent: 20,
      completed: 20,
      lost: 0,
      doubled: 0,
      unfinished: 0,
      errors: {},
      findings: [],
      workspace: null,
    });
    for (const { p50, p95, p99 } of [data.send_ms, data.delivery_ms]) {
      expect(p50).toBeGreaterThan(0);
      expect([p50, p95, p99]).toEqual([p50, p95, p99].sort((a, b) => a - b));
    }
    expect(data.send_per_s).toBeGreaterThan(0);
    expect(data.complete_per_s).toBeGreaterThan(0);
    expect(readdirSync(tmp)).toEqual([]);
    expect(readdirSync(cwd)).toEqual(['tmp']);
  }, 60_000);
});

test('the workspace is left where it was asked for, with every message in it', async () => {
  const { exit, out, cwd, err } = await simulate(['--agents', '2', '--messages', '2', '--in', 'here'], { tty: true });
  expect(exit).toBe(0);
  expect(out).toContain(`The workspace is left in ${join(cwd, 'here')}`);
  expect(readFileSync(join(cwd, 'here', 'agent-02-inbox.md'), 'utf8')).toContain('"agent-01 #2"');
  // One line that is drawn over, and taken away at the end.
  expect(err).toMatch(/^\r\u001b\[2Kstarting 2 processes/);
  expect(err).not.toContain('\n');
  expect(err.endsWith('\r\u001b[2K')).toBe(true);
}, 60_000);

test.runIf(process.platform === 'linux')(
  'an interrupt ends every process and takes the workspace away',
  async () => {
    const cwd = temporaryDirectory();
    const child = spawn(process.execPath, [BIN, 'simulate', '--agents', '3', '--messages', '5000', '--keep', '--in', 'here'], {
      cwd,
      env: { PATH: process.env.PATH, TMPDIR: cwd },
      stdio: 'ignore',
    });
    const pids = await childrenOf(child.pid ?? 0, 3);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(130);
    for (const pid of pids) expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    expect(existsSync(join(cwd, 'here'))).toBe(true);
  },
  60_000,
);

describe('what is refused', () => {
  test.each([
    ['no agents', ['--agents', '0'], 2, '--agents takes 2 to 100; 0 is not.'],
    ['a thousand agents', ['--agents', '1000'], 2, '--agents takes 2 to 100; 1000 is not.'],
    ['no messages', ['--messages', '0'], 2, '--messages takes 1 to 10000; 0 is not.'],
    ['a workspace of somebody', ['--workspace', 'x'], 2, 'makes a workspace of its own'],
    ['a directory that is taken', ['--in', '.'], 2, 'is not empty'],
  ])('%s', async (_, argv, status, says) => {
    const { exit, err, tmp } = await simulate(argv);
    expect(exit).toBe(status);
    expect(err).toContain(says);
    expect(readdirSync(tmp)).toEqual([]);
  });
});

describe('the check of what happened', () => {
  const STORED = ['agent-01 #1', 'agent-01 #2', 'agent-01 #3'];

  /** A workspace in which gpt completed three messages, and what the processes recorded of it. */
  async function run(): Promise<{ root: string; comms: Comms; records: Records; findings: () => Promise<(string | undefined)[][]> }> {
    const root = filesWorkspace();
    const comms = await openComms({ workspace: root });
    const records = noRecords();
    for (const subject of STORED) {
      const { message } = await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject, details: 'd' });
      const { id } = message;
      const uid = uidOf(message);
      await comms.claim({ agent: 'gpt', id });
      await comms.complete({ agent: 'gpt', id });
      const told: Told[] = [
        { told: 'sent', uid, id, subject, at: 0, ms: 1 },
        { told: 'claimed', uid, id, at: 1 },
        { told: 'completed', uid, id, at: 2 },
      ];
      for (const one of told) keep(records, one);
    }
    const findings = async () => {
      const copies = await comms.store.list({ sections: ['active', 'archived', 'dead'] });
      return findingsOf(records, copies, []).map(({ kind, id, why }) => [kind, id, why]);
    };
    return { root, comms, records, findings };
  }

  /** Changes the inbox file behind the back of everybody. */
  function tamper(root: string, change: (text: string, block: string) => string): void {
    const file = join(root, 'gpt-inbox.md');
    const text = readFileSync(file, 'utf8');
    const [block = ''] = /### Message: msg-002\n[\s\S]*?```\n\n?(?=###|---)/.exec(text) ?? [];
    expect(block).not.toBe('');
    writeFileSync(file, change(text, block));
  }

  test('finds nothing where nothing is wrong', async () => {
    expect(await (await run()).findings()).toEqual([]);
  });

  test('finds a lost message', async () => {
    const { root, findings } = await run();
    tamper(root, (text, block) => text.replace(block, ''));
    expect(await findings()).toEqual([['lost', 'msg-002', expect.stringContaining('nowhere')]]);
  });

  test('finds a lost completion', async () => {
    const { root, findings } = await run();
    tamper(root, (text, block) => text.replace(block, block.replace('"COMPLETED"', '"PENDING"')));
    expect(await findings()).toEqual([['lost', 'msg-002', expect.stringContaining('PENDING')]]);
  });

  test('finds a message that lies there twice', async () => {
    const { root, findings } = await run();
    tamper(root, (text, block) => text.replace(block, block + block));
    expect(await findings()).toEqual([['doubled', 'msg-002', expect.stringContaining('in the store')]]);
  });

  test('finds a message that was sent twice under two ids', async () => {
    const { comms, findings } = await run();
    await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject: 'agent-01 #2', details: 'd' });
    expect(await findings()).toEqual([['doubled', 'msg-002', expect.stringContaining('subject')]]);
  });

  test('finds what was claimed and completed twice, and an id that was given twice', async () => {
    const { records, findings } = await run();
    keep(records, { ...records.claimed[1], at: 3 } as Told);
    keep(records, { ...records.completed[1], at: 4 } as Told);
    keep(records, { ...records.sent[1], uid: records.sent[0]?.uid } as Told);
    expect((await findings()).map(([kind, id]) => [kind, id])).toEqual([
      ['doubled', 'msg-002'],
      ['doubled', 'msg-002'],
      ['doubled', 'msg-002'],
    ]);
  });

  test('tells what nobody completed from what is lost', async () => {
    const { comms, records, findings } = await run();
    const { message } = await comms.send({ from: 'claude', to: ['gpt'], type: 'INFO', subject: 's', details: 'd' });
    keep(records, { told: 'sent', uid: uidOf(message), id: message.id, subject: 's', at: 0, ms: 1 });
    expect(await findings()).toEqual([['unfinished', 'msg-004', expect.stringContaining('PENDING')]]);
  });
});

describe('the report', () => {
  const plan = { agents: 20, messages: 10_000, seed: 1 };

  test('counts rates and percentiles from what was told', () => {
    const records = noRecords();
    for (let n = 1; n <= 100; n += 1) {
      const [uid, id, at] = [`u${n}`, `msg-${n}`, 1_000 + n * 10];
      keep(records, { told: 'sent', uid, id, subject: id, at, ms: n });
      keep(records, { told: 'claimed', uid, id, at: at + 2 * n });
      keep(records, { told: 'completed', uid, id, at: at + 2 * n });
    }
    const report = reportOf(records, { plan, store: 'files', findings: [], workspace: null });
    // From 1,010 to 2,100 ms, and to 2,200 ms.
    expect(report).toMatchObject({ seconds: 1.2, send_per_s: 92, complete_per_s: 84 });
    expect(report.send_ms).toEqual({ p50: 50, p95: 95, p99: 99 });
    expect(report.delivery_ms).toEqual({ p50: 100, p95: 190, p99: 198 });
  });

  test('fits 80 columns, also of a simulation in which nothing was done', () => {
    const findings = Array.from({ length: 30 }, (_, n) => ({
      kind: 'lost' as const,
      id: `msg-${n}`,
      why: 'its sending was acknowledged, and it is nowhere',
    }));
    const text = reportText(reportOf(noRecords(), { plan, store: 'sqlite', findings, workspace: '/tmp/x' }), PLAIN);
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(text).toContain('lost 30  doubled 0');
    expect(text).toContain('and 10 more');
    expect(text).not.toMatch(/NaN|Infinity/);
  });

  test('the plan depends on the seed alone, and no agent writes to itself', () => {
    const [first = ''] = agentNames(plan);
    const small = { ...plan, messages: 50 };
    expect(messagesOf(first, small)).toEqual(messagesOf(first, small));
    expect(messagesOf(first, small)).not.toEqual(messagesOf(first, { ...small, seed: 2 }));
    expect(messagesOf(first, small).some(({ to }) => to?.includes(first))).toBe(false);
  });
});

/** The processes that this one started, once there are so many. */
async function childrenOf(pid: number, count: number): Promise<number[]> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const file = `/proc/${pid}/task/${pid}/children`;
    const pids = existsSync(file) ? readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number) : [];
    if (pids.length >= count) return pids;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`${pid} did not start ${count} processes`);
}
